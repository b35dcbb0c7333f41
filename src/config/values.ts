/**
 * Readers of raw settings: texts from the environment and flags, YAML values
 * from files. Each throws a SyntaxError or RangeError that says what was
 * expected and never contains the value.
 */

/** One text; numbers of a YAML file count as text. */
export function readText(raw: unknown): string {
  if (typeof raw === "number") return String(raw);
  if (typeof raw !== "string") throw new SyntaxError("Expected a text");
  return raw.trim();
}

/** A truth value, in the spellings of YAML and of shells. */
export function readBoolean(raw: unknown): boolean {
  if (typeof raw === "boolean") return raw;
  const text = readText(raw).toLowerCase();
  if (["true", "1", "yes", "y", "on"].includes(text)) return true;
  if (["false", "0", "no", "n", "off"].includes(text)) return false;
  throw new SyntaxError("Expected true or false");
}

/** A list: a YAML or JSON array, else items separated by `separator`. */
export function readList(raw: unknown, separator = /,/): string[] {
  const list = typeof raw === "string" && raw.trim().startsWith("[")
    ? parseJson(raw)
    : raw;
  if (Array.isArray(list)) return list.map(readText).filter((item) => item);
  return readText(list).split(separator).map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A header's name in lower case, and its value. */
export type Header = readonly [name: string, value: string];

/** Headers: a JSON object of texts, else `name=value` separated by commas. */
export function readHeaders(raw: unknown): Header[] {
  const text = readText(raw);
  const pairs = text.startsWith("{")
    ? Object.entries(parseJson(text) as Record<string, unknown>)
    : text.split(",").map((pair): [string, unknown] => {
      const at = pair.indexOf("=");
      if (at < 0) throw new SyntaxError("Expected name=value");
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
  if (pairs.length === 0) throw new SyntaxError("Expected at least one header");
  return pairs.map(([name, value]) => readHeader(name, readText(value)));
}

function readHeader(name: string, value: string): Header {
  try {
    new Headers([[name.trim(), value]]);
  } catch {
    throw new SyntaxError("Expected names and values that HTTP allows");
  }
  return [name.trim().toLowerCase(), value];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("Expected valid JSON");
  }
}
