import type { JsonObject } from "@bufbuild/protobuf";
import {
  type BlobType,
  type EnumType,
  type LiteralType,
  type SchemaType,
  SimpleType,
  type StructuredDatasetType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { nameOf } from "../../text.ts";
import { carriedSchema } from "./carried_schema.ts";
import type { Definitions } from "./definitions.ts";
import { blobName, isPickle, typeName } from "./type_names.ts";

/** Levels of lists, maps and unions that a schema follows. */
const MAX_DEPTH = 16;

/** An enum with more values is described instead of listed. */
const MAX_ENUM_VALUES = 100;

/** Values of such an enum, and columns of a table, that a description names. */
const MAX_NAMES = 12;

/** The JSON Schema of a type; one that JSON cannot say is described in words. */
export function typeSchema(
  given: LiteralType | undefined,
  definitions: Definitions,
  depth = MAX_DEPTH,
): JsonObject {
  const type = given?.type;
  if (depth === 0) return { description: `Any ${typeName(given)}.` };
  if (isPickle(given)) return pickleSchema(given);
  switch (type?.case) {
    case "simple":
      return simpleSchema(type.value, given?.metadata, definitions);
    case "collectionType":
      return {
        type: "array",
        items: typeSchema(type.value, definitions, depth - 1),
      };
    case "mapValueType":
      return {
        type: "object",
        additionalProperties: typeSchema(type.value, definitions, depth - 1),
      };
    case "enumType":
      return enumSchema(type.value);
    case "unionType":
      return {
        anyOf: type.value.variants
          .map((variant) => typeSchema(variant, definitions, depth - 1)),
      };
    case "blob":
      return blobSchema(type.value);
    case "structuredDatasetType":
      return addressSchema("dataset", type.value.format, columnsOf(type.value));
    case "schema":
      return addressSchema("table", "", columnsOf(type.value));
    case undefined:
      return { description: "Of a type that this server does not know." };
  }
}

function simpleSchema(
  type: SimpleType,
  metadata: JsonObject | undefined,
  definitions: Definitions,
): JsonObject {
  switch (type) {
    case SimpleType.NONE:
      return { type: "null" };
    case SimpleType.INTEGER:
      return { type: "integer" };
    case SimpleType.FLOAT:
      return { type: "number" };
    case SimpleType.STRING:
      return { type: "string" };
    case SimpleType.BOOLEAN:
      return { type: "boolean" };
    case SimpleType.DATETIME:
      return { type: "string", format: "date-time" };
    case SimpleType.DURATION:
      // Not JSON Schema's format of that name, which is ISO 8601.
      return { type: "string", description: 'A duration: "1h30m", "90s".' };
    case SimpleType.BINARY:
      return { type: "string", contentEncoding: "base64" };
    case SimpleType.STRUCT:
      return metadata ? carriedSchema(metadata, definitions) : openObject();
    case SimpleType.ERROR:
      return openObject();
    default:
      // The enum is open: a newer server may send more.
      return {
        description: `Of type ${type}, which this server does not know.`,
      };
  }
}

function openObject(): JsonObject {
  return { type: "object" };
}

function enumSchema({ values }: EnumType): JsonObject {
  const names = values.map((value) => nameOf(value));
  if (names.length <= MAX_ENUM_VALUES) return { type: "string", enum: names };
  const some = names.slice(0, MAX_NAMES).join(", ");
  return { type: "string", description: `One of ${names.length}: ${some}, …` };
}

function blobSchema(type: BlobType): JsonObject {
  const kind = blobName(type);
  return addressSchema(kind === "dir" ? "directory" : kind, type.format, []);
}

function pickleSchema(type: LiteralType | undefined): JsonObject {
  const python = type?.metadata?.["python_class_name"];
  const name = typeof python === "string" ? ` (${nameOf(python, 100)})` : "";
  return {
    type: "string",
    description: `URI of a pickled Python object${name}; JSON cannot hold it.`,
  };
}

/** What is stored elsewhere is given by its address. */
function addressSchema(
  what: string,
  format: string,
  columns: readonly string[],
): JsonObject {
  const facts = [
    ...format ? [nameOf(format, 64)] : [],
    ...columns.length > 0 ? [`columns ${listed(columns)}`] : [],
  ];
  const detail = facts.length > 0 ? ` (${facts.join("; ")})` : "";
  return { type: "string", description: `URI of a ${what}${detail}.` };
}

function columnsOf(
  { columns }: StructuredDatasetType | SchemaType,
): readonly string[] {
  return columns.map((column) => {
    const name = nameOf(column.name, 64);
    return "literalType" in column
      ? `${name} ${typeName(column.literalType)}`
      : name;
  });
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES
    ? `${some} and ${names.length - MAX_NAMES} more`
    : some;
}
