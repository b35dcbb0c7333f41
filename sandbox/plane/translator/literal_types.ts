import { toJsonString } from "@bufbuild/protobuf";
import {
  type LiteralType,
  LiteralTypeSchema,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";

/** Whether a type is the null of an optional. */
export function isNone({ type }: LiteralType): boolean {
  return type.case === "simple" && type.value === SimpleType.NONE;
}

/** The null variant of a union, if it has one. */
export function nullVariant(
  variants: readonly LiteralType[],
): LiteralType | undefined {
  return variants.find(isNone);
}

/** A type in an error. */
export function describeType(type: LiteralType): string {
  if (type.type.case === "simple") return SimpleType[type.type.value] ?? "";
  return toJsonString(LiteralTypeSchema, type);
}

/** What a person would call a type: the title of a union's variant. */
export function titleOf({ type, metadata }: LiteralType): string {
  switch (type.case) {
    case "simple":
      return simpleTitle(type.value, metadata?.["title"]);
    case "collectionType":
      return "array";
    case "mapValueType":
      return "object";
    case "blob":
      return "blob";
    case "enumType":
      return "enum";
    case "structuredDatasetType":
      return "structured_dataset";
    case "unionType":
      return "union";
    default:
      return "unknown";
  }
}

const SIMPLE_TITLES: ReadonlyMap<SimpleType, string> = new Map([
  [SimpleType.STRING, "string"],
  [SimpleType.INTEGER, "integer"],
  [SimpleType.FLOAT, "number"],
  [SimpleType.BOOLEAN, "boolean"],
  [SimpleType.DATETIME, "datetime"],
  [SimpleType.DURATION, "duration"],
  [SimpleType.BINARY, "binary"],
  [SimpleType.NONE, "none"],
]);

function simpleTitle(type: SimpleType, dataclass: unknown): string {
  if (type !== SimpleType.STRUCT) return SIMPLE_TITLES.get(type) ?? "unknown";
  return typeof dataclass === "string" ? dataclass : "object";
}
