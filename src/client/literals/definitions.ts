import type { JsonObject } from "@bufbuild/protobuf";
import { nameOf } from "../../text.ts";
import type { FreeNames } from "./free_names.ts";

/**
 * The definitions that one variable brings into a schema document. Each
 * dataclass has its own `$defs`; in the document they stand together, under
 * names of which no two are equal.
 */
export class Definitions {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #variable: string;
  readonly #names: FreeNames;

  /** @param names those of all definitions in the document */
  constructor(variable: string, names: FreeNames) {
    this.#variable = variable;
    this.#names = names;
  }

  /** A free name; the schema comes later, for it may refer to itself. */
  reserve(name: string): string {
    return this.#names.take(nameOf(`${this.#variable}.${name}`));
  }

  define(name: string, schema: JsonObject): void {
    this.#schemas.set(name, schema);
  }

  toJson(): JsonObject {
    return Object.fromEntries(this.#schemas);
  }
}

/** A reference to a definition, as a URI's fragment that is a JSON pointer. */
export function referenceTo(name: string): string {
  const pointer = name.replaceAll("~", "~0").replaceAll("/", "~1");
  return `#/$defs/${encodeURIComponent(pointer)}`;
}
