/** A JSON Schema, or a part of one. */
type Schema = Record<string, unknown>;

/**
 * The same JSON Schema in fewer bytes, for every tool's definition is read by
 * a model before it calls one: says nothing that holds anyway (the dialect of
 * MCP, an object's openness), no bounds of length, and writes `T or null` as
 * one list of types.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core
 */
export function compactSchema(schema: Schema): Schema {
  const { $schema: _dialect, ...rest } = compact(schema);
  return rest;
}

function compact(schema: Schema): Schema {
  const parts = Object.entries(schema)
    .filter(([key, value]) => !saysNothing(key, value))
    .map(([key, value]) => [key, compactValue(key, value)] as const);
  const whole: Schema = Object.fromEntries(parts);
  const { anyOf, ...rest } = whole;
  const [one, none] = Array.isArray(anyOf) && anyOf.length === 2 ? anyOf : [];
  const isNullable = isSchema(one) && typeof one.type === "string" &&
    one.enum === undefined && one.const === undefined &&
    isSchema(none) && none.type === "null";
  return isNullable ? { ...one, type: [one.type, "null"], ...rest } : whole;
}

/** Bounds that no caller comes near; who does is told by the tool. */
const LENGTHS = ["minLength", "maxLength", "minItems", "maxItems"];

/** What an object allows when nothing is said, and how long texts may be. */
function saysNothing(key: string, value: unknown): boolean {
  if (LENGTHS.includes(key)) return true;
  const isEmpty = isSchema(value) && Object.keys(value).length === 0;
  return isEmpty && (key === "additionalProperties" || key === "properties");
}

function compactValue(key: string, value: unknown): unknown {
  if (key === "properties" && isSchema(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        isSchema(part) ? compact(part) : part,
      ]),
    );
  }
  if (Array.isArray(value)) {
    return value.map((part) => isSchema(part) ? compact(part) : part);
  }
  const isPart = key === "items" || key === "additionalProperties";
  return isPart && isSchema(value) ? compact(value) : value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
