/**
 * Text that others wrote (runs, users, issuers, commands) is data. Inside the
 * program it is carried between two noncharacters; where a result leaves the
 * program they become a fence with a marker that is random per result, so that
 * the text cannot close its own fence.
 */
const OPEN = "\u{FDD0}";
const CLOSE = "\u{FDD1}";

/** ANSI escape sequences: CSI, OSC with its terminator, and two-byte ones. */
const ANSI =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -\/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Control characters but tab and newline; C1; bidi and zero-width format. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const NONCHARACTERS = /[\u{FDD0}-\u{FDEF}]/gu;

/** Takes out what a reader cannot see: ANSI, control and bidi characters. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(ANSI, "").replace(INVISIBLE, "")
    .replace(NONCHARACTERS, "").toWellFormed();
}

/**
 * A short name that others chose (project, task, person), fit for a sentence:
 * one line, nothing invisible, at most `max` characters.
 */
export function nameOf(text: string, max = 200): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  return line.length <= max ? line : `${cut(line, max - 1)}…`;
}

/**
 * Marks `text` as written by others; {@linkcode present} puts the fence
 * around it. Longer text is cut in the middle, for errors say most at their ends.
 *
 * @param max characters kept
 */
export function quote(text: string, max = 4000): string {
  const clean = visible(text);
  if (clean.length <= max) return `${OPEN}${clean}${CLOSE}`;
  const half = Math.floor(max / 2);
  const [head, tail] = [cut(clean, half), clean.slice(-half).toWellFormed()];
  const left = clean.length - 2 * half;
  return `${OPEN}${head}\n[… ${left} characters left out …]\n${tail}${CLOSE}`;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}

/** A fresh marker: eight random hexadecimal digits. */
export function newMarker(): string {
  return crypto.randomUUID().slice(0, 8);
}

/**
 * Makes a string fit to leave the program: nothing invisible in it, and the
 * marks of {@linkcode quote} turned into a fence with this marker.
 */
export function present(text: string, marker: string): string {
  return text.replace(ANSI, "").replace(INVISIBLE, "").toWellFormed()
    .replaceAll(OPEN, `<<data-${marker} `)
    .replaceAll(CLOSE, ` ${marker}-data>>`);
}

/** {@linkcode present} over every string within a JSON value, keys included. */
export function presentAll<T>(value: T, marker: string): T {
  // The shape stays as it is: only the strings within change.
  return presentValue(value, marker) as T;
}

function presentValue(value: unknown, marker: string): unknown {
  if (typeof value === "string") return present(value, marker);
  if (Array.isArray(value)) {
    return value.map((item) => presentValue(item, marker));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map((
      [key, item],
    ) => [present(key, marker), presentValue(item, marker)]),
  );
}
