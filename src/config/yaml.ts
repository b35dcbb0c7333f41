import { parseDocument } from "yaml";

/**
 * Reads a mapping; its text never reaches a message.
 *
 * @returns the mapping, or what is wrong with the text
 */
export function parseYaml(text: string): Record<string, unknown> | string {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    return `it is not valid YAML${line === undefined ? "" : ` (line ${line})`}`;
  }
  try {
    const root: unknown = document.toJS({ maxAliasCount: 100 });
    return isMapping(root) ? root : root === null ? {} : "it is not a mapping";
  } catch (error) {
    return `it is not valid YAML (${(error as Error).name})`;
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
