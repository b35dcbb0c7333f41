import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Whether a JSON value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The type of a JSON value as Go's `%T` prints it. */
export function goType(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  switch (typeof value) {
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    default:
      return "map[string]interface {}";
  }
}

/** A member that is text, else `undefined`. */
export function textMember(
  object: JsonObject,
  key: string,
): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** A member that is an object, else `undefined`. */
export function objectMember(
  object: JsonObject,
  key: string,
): JsonObject | undefined {
  const value = object[key];
  return isObject(value) ? value : undefined;
}
