import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { nameOf, quote } from "../../text.ts";
import { type Definitions, referenceTo } from "./definitions.ts";
import { wholeJson } from "./sizes.ts";
import { jsonTree, type Level } from "./tree.ts";

/** Levels of a dataclass's own schema that are carried over. */
const MAX_DEPTH = 12;

/** Levels of a default within it. */
const MAX_DEFAULT_DEPTH = 6;

const MAX_DESCRIPTION = 300;

/** What stands behind a keyword; keywords that are not here are left out. */
type Kind =
  | "limit"
  | "schema"
  | "schemas"
  | "properties"
  | "type"
  | "word"
  | "description"
  | "choice"
  | "choices"
  | "value"
  | "reference";

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["type", "type"],
  ["title", "word"],
  ["description", "description"],
  ["format", "word"],
  ["enum", "choices"],
  ["const", "choice"],
  ["default", "value"],
  ["minimum", "limit"],
  ["maximum", "limit"],
  ["exclusiveMinimum", "limit"],
  ["exclusiveMaximum", "limit"],
  ["multipleOf", "limit"],
  ["minLength", "limit"],
  ["maxLength", "limit"],
  ["minItems", "limit"],
  ["maxItems", "limit"],
  ["uniqueItems", "limit"],
  ["minProperties", "limit"],
  ["maxProperties", "limit"],
  ["items", "schema"],
  ["additionalProperties", "schema"],
  ["anyOf", "schemas"],
  ["oneOf", "schemas"],
  ["allOf", "schemas"],
  ["prefixItems", "schemas"],
  ["properties", "properties"],
  ["required", "choices"],
  ["$ref", "reference"],
]);

const TYPES = new Set([
  "null",
  "boolean",
  "integer",
  "number",
  "string",
  "array",
  "object",
]);

/**
 * The schema that a dataclass or pydantic model brings with its type, as part
 * of a larger document: the keywords that say what a value looks like, nothing
 * else, to a bounded depth, with its references renamed.
 */
export function carriedSchema(
  schema: JsonObject,
  definitions: Definitions,
): JsonObject {
  const own = objectOf(schema["$defs"]) ?? objectOf(schema["definitions"]);
  const names = new Map(
    Object.keys(own ?? {}).map((name) => [name, definitions.reserve(name)]),
  );
  const carrier = new Carrier(names);
  for (const [name, value] of Object.entries(own ?? {})) {
    definitions.define(
      names.get(name) ?? name,
      carrier.carry(value, MAX_DEPTH),
    );
  }
  return carrier.carry(schema, MAX_DEPTH);
}

class Carrier {
  /** The names of definitions in the document, by those in the schema. */
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  carry(given: JsonValue | undefined, depth: number): JsonObject {
    const schema = objectOf(given);
    if (!schema || depth === 0) return {};
    const carried: JsonObject = {};
    for (const [keyword, value] of Object.entries(schema)) {
      // A title is the name of a class, or repeats the property's.
      if (keyword === "title" && !schema["properties"]) continue;
      const kept = this.#kept(KINDS.get(keyword), value, depth - 1);
      if (kept !== undefined) carried[keyword] = kept;
    }
    return carried;
  }

  #kept(
    kind: Kind | undefined,
    value: JsonValue,
    depth: number,
  ): JsonValue | undefined {
    switch (kind) {
      case "type":
        return isType(value) ? value : undefined;
      case "limit":
        return isLimit(value) ? value : undefined;
      case "word":
        return typeof value === "string" ? nameOf(value, 64) : undefined;
      case "description":
        return typeof value === "string"
          ? quote(value, MAX_DESCRIPTION)
          : undefined;
      case "choice":
        return choice(value);
      case "choices":
        return Array.isArray(value) ? value.map(choice) : undefined;
      case "value":
        return foreign(value);
      case "reference":
        return this.#reference(value);
      case "schema":
        return typeof value === "boolean" ? value : this.carry(value, depth);
      case "schemas":
        return Array.isArray(value)
          ? value.map((item) => this.carry(item, depth))
          : undefined;
      case "properties":
        return Object.fromEntries(
          Object.entries(objectOf(value) ?? {})
            .map(([name, item]) => [nameOf(name), this.carry(item, depth)]),
        );
      case undefined:
        return undefined;
    }
  }

  /** Where the definition stands now; one that is not there is left out. */
  #reference(value: JsonValue): string | undefined {
    const name = String(value).replace(/^#\/(\$defs|definitions)\//, "");
    const known = this.#names.get(name);
    return known === undefined ? undefined : referenceTo(known);
  }
}

function isLimit(value: JsonValue): boolean {
  return typeof value === "number" || typeof value === "boolean";
}

function isType(type: JsonValue): boolean {
  return Array.isArray(type)
    ? type.every((one) => typeof one === "string" && TYPES.has(one))
    : typeof type === "string" && TYPES.has(type);
}

/** A value to choose stays as it is, so that it can be given. */
function choice(value: JsonValue): JsonValue {
  return typeof value === "string" ? nameOf(value) : foreign(value);
}

function foreign(value: JsonValue): JsonValue {
  const level: Level = {
    depth: MAX_DEFAULT_DEPTH,
    includeUrls: false,
    asInput: true,
  };
  return wholeJson(jsonTree(value, level));
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value
    : undefined;
}
