import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type {
  Variable,
  VariableMap,
} from "../../../idl/flyteidl2/core/interface_pb.ts";
import { create } from "@bufbuild/protobuf";
import { LiteralTypeSchema } from "../../../idl/flyteidl2/core/types_pb.ts";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import { schemaOf } from "./form_schema.ts";
import { isObject, objectMember } from "./json.ts";
import { literalToJson } from "./literal_values.ts";

/** The launch form of a task: one property for each input, without values. */
export function formOfVariables(
  variables: VariableMap | undefined,
): JsonObject {
  const fields = (variables?.variables ?? []).map(({ key, value }) =>
    [key, fieldOf(key, value, undefined)] as const
  );
  return formOf(fields);
}

/** The launch form of inputs, which become its defaults; unknown ones are left out. */
export function formOfLiterals(
  literals: readonly NamedLiteral[],
  variables: VariableMap | undefined,
): JsonObject {
  const known = new Map(
    variables?.variables.map(({ key, value }) => [key, value]),
  );
  const fields = literals.flatMap(({ name, value }) => {
    if (!known.has(name)) return [];
    const given = literalToJson(value);
    return [[name, fieldOf(name, known.get(name), given)] as const];
  });
  return formOf(fields);
}

interface Field {
  readonly schema: JsonObject;
  readonly required: boolean;
}

function formOf(fields: readonly (readonly [string, Field])[]): JsonObject {
  return {
    type: "object",
    properties: Object.fromEntries(
      fields.map(([name, { schema }]) => [name, schema]),
    ),
    required: fields.filter(([, { required }]) => required)
      .map(([name]) => name),
    title: "Launch Form",
  };
}

function fieldOf(
  name: string,
  variable: Variable | undefined,
  given: JsonValue | undefined,
): Field {
  const { type = create(LiteralTypeSchema), description = "" } = variable ?? {};
  const bare = schemaOf(type);
  const schema = withDefault(bare, given);
  if (description !== "" && description !== name) {
    schema["description"] = description;
  }
  const isNull = isObject(given) && given["type"] === "null";
  return { schema, required: !isNull && !isOptional(bare) };
}

/** The defaults of a file stand on its members, all others on the field itself. */
function withDefault(
  schema: JsonObject,
  given: JsonValue | undefined,
): JsonObject {
  if (given === undefined) return { ...schema };
  if (schema["format"] !== "blob") return { ...schema, default: given };
  const properties = { ...objectMember(schema, "properties") };
  for (const [key, value] of Object.entries(isObject(given) ? given : {})) {
    const property = objectMember(properties, key);
    if (property) properties[key] = { ...property, default: value };
  }
  return { ...schema, properties };
}

/** Whether a schema is a union with null among its variants. */
export function isOptional(schema: JsonObject): boolean {
  const { oneOf } = schema;
  return Array.isArray(oneOf) &&
    oneOf.some((variant) => isObject(variant) && variant["type"] === "null");
}
