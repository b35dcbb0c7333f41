import { create, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import {
  BlobType_BlobDimensionality as Dimensionality,
  type LiteralType,
  LiteralTypeSchema,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { isObject, objectMember, textMember } from "./json.ts";

/**
 * The type that a property of a launch form stands for.
 *
 * @throws {ConnectError} `invalid_argument` for a schema without a type
 */
export function typeOfSchema(schema: JsonObject): LiteralType {
  if (schema["oneOf"] !== undefined) return unionType(schema["oneOf"]);
  const tag = textMember(schema, "structure");
  const structure = tag === undefined ? undefined : { tag };
  const name = textMember(schema, "type");
  if (name === undefined) throw invalidArgument("missing 'type' in json");
  const type = typeNamed(name, schema);
  const metadata = name === "object" ? schema : undefined;
  return create(LiteralTypeSchema, { type, structure, metadata });
}

function unionType(oneOf: JsonValue): LiteralType {
  if (!Array.isArray(oneOf)) {
    throw invalidArgument("invalid oneOf schema format");
  }
  const variants = oneOf.map((variant, i) => {
    if (!isObject(variant)) {
      throw invalidArgument(`invalid union variant format at index ${i}`);
    }
    const { title: _, ...schema } = variant;
    return typeOfSchema(schema);
  });
  return create(LiteralTypeSchema, {
    type: { case: "unionType", value: { variants } },
  });
}

function typeNamed(name: string, schema: JsonObject): LiteralType["type"] {
  const format = textMember(schema, "format");
  switch (name) {
    case "string":
      return stringType(schema, format);
    case "integer":
      return timeType(format) ?? simple(SimpleType.INTEGER);
    case "number":
      return simple(SimpleType.FLOAT);
    case "boolean":
      return simple(SimpleType.BOOLEAN);
    case "array": {
      const items = objectMember(schema, "items") ?? { type: "string" };
      return { case: "collectionType", value: typeOfSchema(items) };
    }
    case "object":
      return objectType(schema, format);
    default:
      return simple(SimpleType.NONE);
  }
}

function stringType(
  schema: JsonObject,
  format: string | undefined,
): LiteralType["type"] {
  const given = schema["enum"];
  if (!Array.isArray(given)) {
    return timeType(format) ?? simple(SimpleType.STRING);
  }
  const values = given.map(String);
  const { type } = create(LiteralTypeSchema, {
    type: { case: "enumType", value: { values } },
  });
  return type;
}

function timeType(
  format: string | undefined,
): LiteralType["type"] | undefined {
  if (format === "datetime") return simple(SimpleType.DATETIME);
  return format === "duration" ? simple(SimpleType.DURATION) : undefined;
}

function objectType(
  schema: JsonObject,
  format: string | undefined,
): LiteralType["type"] {
  if (format === "blob") return blobType(objectMember(schema, "properties"));
  if (format === "structured-dataset") {
    const { type } = create(LiteralTypeSchema, {
      type: { case: "structuredDatasetType", value: {} },
    });
    return type;
  }
  // An object of some other format has no type at all.
  if (format !== undefined) return { case: undefined };
  const values = objectMember(schema, "additionalProperties");
  if (!values) return simple(SimpleType.STRUCT);
  return { case: "mapValueType", value: typeOfSchema(values) };
}

function blobType(properties: JsonObject | undefined): LiteralType["type"] {
  const defaultOf = (key: string) =>
    objectMember(properties ?? {}, key)?.["default"];
  const format = defaultOf("format");
  const dimensionality = defaultOf("dimensionality");
  const multipart = dimensionality === "MULTIPART" ||
    Number(dimensionality) === 1;
  const { type } = create(LiteralTypeSchema, {
    type: {
      case: "blob",
      value: {
        format: typeof format === "string" ? format : "",
        dimensionality: multipart
          ? Dimensionality.MULTIPART
          : Dimensionality.SINGLE,
      },
    },
  });
  return type;
}

function simple(value: SimpleType): LiteralType["type"] {
  return { case: "simple", value };
}
