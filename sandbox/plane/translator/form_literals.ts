import { create, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import type { VariableMap } from "../../../idl/flyteidl2/core/interface_pb.ts";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import { LiteralTypeSchema } from "../../../idl/flyteidl2/core/types_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { isObject, objectMember, textMember } from "./json.ts";
import { jsonToLiteral } from "./json_literals.ts";
import { isOptional } from "./launch_form.ts";
import { nullVariant } from "./literal_types.ts";
import { noneOfUnion } from "./literals.ts";
import { typeOfSchema } from "./schema_types.ts";

/** A literal with the name of its input. */
export interface Named {
  readonly name: string;
  readonly value: Literal;
}

/**
 * JSON values as the literals of a task's inputs; values of no input are passed over.
 *
 * @throws {ConnectError} `invalid_argument` when an input is missing or does not fit
 */
export function literalsOfValues(
  variables: VariableMap | undefined,
  values: JsonObject | undefined,
): Named[] {
  if (!values) throw invalidArgument("values cannot be nil");
  return (variables?.variables ?? []).map(({ key: name, value: variable }) => {
    const type = variable?.type ?? create(LiteralTypeSchema);
    const given = values[name];
    if (given !== undefined) {
      return { name, value: literalOf(given, name, type) };
    }
    const { type: kind } = type;
    const none = kind.case === "unionType"
      ? nullVariant(kind.value.variants)
      : undefined;
    if (none) return { name, value: noneOfUnion(none) };
    throw invalidArgument(
      `missing value for variable "${name}" in JSON payload`,
    );
  });
}

function literalOf(
  value: JsonValue,
  name: string,
  type: Parameters<typeof jsonToLiteral>[1],
): Literal {
  try {
    return jsonToLiteral(value, type, name);
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw invalidArgument(
      `error converting field "${name}" to literal: invalid_argument: ${rawMessage}`,
    );
  }
}

/**
 * The literals that a filled-in launch form holds as its defaults; fields
 * without one are left out, unless they are optional.
 *
 * @throws {ConnectError} `invalid_argument` when the form or a default is unsound
 */
export function literalsOfForm(form: JsonObject | undefined): Named[] {
  const properties = objectMember(form ?? {}, "properties");
  if (!properties) {
    throw invalidArgument("missing or invalid properties in JSON schema");
  }
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isObject(schema)) {
      throw invalidArgument(`invalid field schema for field ${name}`);
    }
    const value = fieldLiteral(name, { ...schema, title: name });
    return value ? [{ name, value }] : [];
  });
}

function fieldLiteral(name: string, schema: JsonObject): Literal | undefined {
  const given = schema["default"] ?? nestedDefault(schema);
  const type = typeOfSchema(schema);
  if (given !== undefined) {
    return literalOf(given, name, type);
  }
  const { type: kind } = type;
  if (!isOptional(schema) || kind.case !== "unionType") return undefined;
  const none = nullVariant(kind.value.variants);
  return none && noneOfUnion(none);
}

/** Files and dataclasses may have their defaults on their members. */
function nestedDefault(schema: JsonObject): JsonObject | undefined {
  const properties = objectMember(schema, "properties");
  if (!properties) return undefined;
  if (schema["format"] === "blob") return blobDefault(properties);
  return isStruct(schema) ? structDefault(properties) : undefined;
}

function isStruct(schema: JsonObject): boolean {
  const open = schema["additionalProperties"];
  return schema["type"] === "object" &&
    textMember(schema, "format") === undefined &&
    !isObject(open) && open !== true;
}

function blobDefault(properties: JsonObject): JsonObject | undefined {
  const found: JsonObject = {};
  for (const key of ["uri", "format", "dimensionality"]) {
    const value = objectMember(properties, key)?.["default"];
    if (typeof value === "string") found[key] = value;
    else if (typeof value === "number" && key === "dimensionality") {
      found[key] = value === 1 ? "MULTIPART" : "SINGLE";
    }
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function structDefault(properties: JsonObject): JsonObject | undefined {
  const found: JsonObject = {};
  for (const [key, schema] of Object.entries(properties)) {
    if (!isObject(schema)) continue;
    const nested = objectMember(schema, "properties");
    const value = schema["default"] ??
      (isStruct(schema) && nested ? structDefault(nested) : undefined);
    if (value !== undefined) found[key] = value;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}
