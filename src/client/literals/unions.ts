import {
  type LiteralType,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { blobName, isPickle } from "./type_names.ts";

/** Simple types by how their values look in JSON; the others are objects. */
const LOOKS: ReadonlyMap<SimpleType, string> = new Map([
  [SimpleType.NONE, "null"],
  [SimpleType.INTEGER, "integer"],
  [SimpleType.FLOAT, "float"],
  [SimpleType.BOOLEAN, "boolean"],
  [SimpleType.STRING, "string"],
  [SimpleType.DATETIME, "string"],
  [SimpleType.DURATION, "string"],
  [SimpleType.BINARY, "binary"],
  [SimpleType.ERROR, "error"],
]);

/** Whether a value of the stored variant could as well be of another declared one. */
export function isAmbiguous(
  stored: LiteralType,
  declared: LiteralType | null,
): boolean {
  if (declared?.type.case !== "unionType") return false;
  const look = lookOf(stored);
  return declared.type.value.variants
    .filter((variant) => lookOf(variant) === look).length > 1;
}

function lookOf(given: LiteralType): string {
  const { type } = given;
  switch (type.case) {
    case "simple":
      return LOOKS.get(type.value) ?? "object";
    case "enumType":
      return "string";
    case "collectionType":
      return "list";
    case "mapValueType":
      return "object";
    case "blob":
      return blobName(type.value);
    case "structuredDatasetType":
      return "dataset";
    case "schema":
      return "table";
    case "unionType":
      return isPickle(given) ? "pickle" : "union";
    case undefined:
      return "unknown";
  }
}
