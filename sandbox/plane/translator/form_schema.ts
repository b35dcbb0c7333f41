import type { JsonObject } from "@bufbuild/protobuf";
import {
  type BlobType,
  BlobType_BlobDimensionality as Dimensionality,
  type LiteralType,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { titleOf } from "./literal_types.ts";

/**
 * The JSON Schema of a type, in the dialect of Flyte's launch forms.
 *
 * @throws {ConnectError} `invalid_argument` for types that have none
 */
export function schemaOf(literalType: LiteralType): JsonObject {
  const { type, metadata } = literalType;
  switch (type.case) {
    case "simple":
      return simpleSchema(type.value, metadata);
    case "blob":
      return blobSchema(type.value);
    case "collectionType":
      return { type: "array", items: schemaOf(type.value) };
    case "mapValueType":
      return { type: "object", additionalProperties: schemaOf(type.value) };
    case "enumType":
      return { type: "string", enum: [...type.value.values] };
    case "structuredDatasetType": {
      const properties = {
        uri: { type: "string" },
        format: { type: "string" },
      };
      return { type: "object", format: "structured-dataset", properties };
    }
    case "unionType":
      return { oneOf: type.value.variants.map(variantSchema), format: "union" };
    case "schema":
      throw invalidArgument("deprecated schema type");
    case undefined:
      throw invalidArgument("unknown type %!s(<nil>)");
  }
}

function variantSchema(variant: LiteralType): JsonObject {
  const structure = variant.structure?.tag ?? "";
  return { ...schemaOf(variant), title: titleOf(variant), structure };
}

function simpleSchema(
  type: SimpleType,
  metadata: JsonObject | undefined,
): JsonObject {
  switch (type) {
    case SimpleType.NONE:
      return { type: "null" };
    case SimpleType.STRING:
      return { type: "string" };
    case SimpleType.INTEGER:
      return { type: "integer" };
    case SimpleType.FLOAT:
      return { type: "number", format: "float" };
    case SimpleType.BOOLEAN:
      return { type: "boolean" };
    case SimpleType.DATETIME:
      return { type: "string", format: "datetime" };
    case SimpleType.DURATION:
      return { type: "string", format: "duration" };
    case SimpleType.STRUCT:
      return structSchema(metadata);
    case SimpleType.ERROR:
      return { type: "string", format: "error" };
    case SimpleType.BINARY:
      return { type: "string", format: "binary" };
  }
}

/** A dataclass brings its own schema; a dictionary without one is open. */
function structSchema(metadata: JsonObject | undefined): JsonObject {
  if (!metadata) return { type: "object", additionalProperties: true };
  const { title, additionalProperties: _, ...schema } = metadata;
  return title === undefined ? schema : { ...schema, dataclass: title };
}

function blobSchema({ format, dimensionality }: BlobType): JsonObject {
  const properties = {
    uri: { type: "string", default: "" },
    format: { type: "string", default: format },
    dimensionality: {
      type: "string",
      enum: ["SINGLE", "MULTIPART"],
      default: dimensionalityName(dimensionality),
    },
  };
  return { type: "object", format: "blob", properties };
}

/** How launch forms call a file and a folder. */
export function dimensionalityName(value: Dimensionality): string {
  return value === Dimensionality.MULTIPART ? "MULTIPART" : "SINGLE";
}
