import { splitWords } from "./shell_words.ts";

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

/** A token: visible ASCII, with or without "Bearer" in front. */
export function readToken(raw: unknown): string {
  const token = readText(raw).replace(/^bearer\s+/i, "");
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SyntaxError("Expected a token without blanks");
}

/**
 * A command's argument vector: a YAML or JSON array, else words split as a
 * POSIX shell does it, with nothing expanded.
 */
export function readCommand(raw: unknown): string[] {
  const isJson = typeof raw === "string" && raw.trim().startsWith("[");
  const argv = Array.isArray(raw) || isJson
    ? (isJson ? [parseJson(raw)].flat() : raw as unknown[]).map(readWord)
    : splitWords(readText(raw));
  if (!argv[0]) throw new SyntaxError("Expected a program and its arguments");
  // No program can be given one.
  if (argv.some((word) => word.includes("\0"))) {
    throw new SyntaxError("Expected words without NUL characters");
  }
  return argv;
}

/** An argument stays as it is, blanks included. */
function readWord(raw: unknown): string {
  return typeof raw === "string" ? raw : readText(raw);
}

/** An http(s) URL without credentials in it. */
export function readUrl(raw: unknown): string {
  const url = URL.parse(readText(raw));
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url && isWeb && !url.username && !url.password) return readText(raw);
  throw new SyntaxError("Expected a URL such as https://issuer.example.com");
}

/** A header's name, in lower case (RFC 9110 section 5.1). */
export function readHeaderName(raw: unknown): string {
  const name = readText(raw).toLowerCase();
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return name;
  throw new SyntaxError("Expected the name of an HTTP header");
}

/** `auto` or `never`; truth values are taken as well. */
export function readInteractive(raw: unknown): "auto" | "never" {
  const text = readText(raw).toLowerCase();
  if (["auto", "true", "yes", "1"].includes(text)) return "auto";
  if (["never", "false", "no", "0"].includes(text)) return "never";
  throw new RangeError("Expected auto or never");
}

/** Names of environment variables. */
export function readVariableNames(raw: unknown): string[] {
  const names = readList(raw, /[\s,]+/);
  if (names.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))) {
    return names;
  }
  throw new SyntaxError("Expected names of environment variables");
}

/** Hosts, given as such or as URLs, each with its port unless 443. */
export function readHosts(raw: unknown): string[] {
  return readList(raw, /[\s,]+/).map((text) => {
    const url = URL.parse(text.includes("://") ? text : `https://${text}`);
    if (url?.host) return url.host;
    throw new SyntaxError("Expected hosts such as flyte.example.com");
  });
}

/** Bytes of JSON that a result may have; hosts warn at about twice the usual. */
export const RESULT_BYTES = { least: 6144, usual: 20_480, most: 65_536 };

/** Bytes of a result. */
export function readResultBytes(raw: unknown): number {
  const text = readText(raw);
  const bytes = Number(text);
  const { least, most } = RESULT_BYTES;
  if (/^\d{1,5}$/.test(text) && bytes >= least && bytes <= most) return bytes;
  throw new RangeError(`Expected whole bytes from ${least} to ${most}`);
}

/** Whole seconds that a call may last. */
export function readSeconds(raw: unknown): number {
  const text = readText(raw);
  const seconds = Number(text);
  if (/^\d{1,2}$/.test(text) && seconds >= 1 && seconds <= 45) return seconds;
  throw new RangeError("Expected whole seconds from 1 to 45");
}
