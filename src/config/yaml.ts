import { parseDocument } from "yaml";

/** Under Node and Deno the parser looks for variables that turn on its log. */
export const PARSER_REFUSED =
  "Deno's permissions refuse the YAML parser variables of its own";

/** Longer texts are no config file, and would take long to read. */
const MAX_CHARACTERS = 32 * 1024;

/**
 * Reads a mapping; its text never reaches a message.
 *
 * @returns the mapping, or what is wrong with the text
 */
export function parseYaml(text: string): Record<string, unknown> | string {
  if (text.length > MAX_CHARACTERS) return "it is longer than 32 KB";
  try {
    // Mappings as keys are written out as text, each twice as long as the one
    // within it; and a message for each error is a copy of its line.
    const document = parseDocument(text, {
      stringKeys: true,
      prettyErrors: false,
    });
    const [error] = document.errors;
    if (error) {
      const line = text.slice(0, error.pos[0]).split("\n").length;
      return `it is not valid YAML (line ${line})`;
    }
    const root: unknown = document.toJS({ maxAliasCount: 100 });
    return isMapping(root) ? root : root === null ? {} : "it is not a mapping";
  } catch (error) {
    const isHidden = error instanceof Error && error.name === "NotCapable";
    return isHidden ? PARSER_REFUSED : "it is not valid YAML";
  }
}

/** The value at a dotted key, or `undefined`. */
export function valueAt(root: Record<string, unknown>, key: string): unknown {
  let value: unknown = root;
  for (const part of key.split(".")) {
    value = isMapping(value) ? value[part] : undefined;
  }
  return value;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
