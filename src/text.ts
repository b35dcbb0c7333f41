/**
 * Text that others wrote (runs, users, issuers, commands) is data. Inside the
 * program it is carried between two marks; where a result leaves the program
 * they become a fence with a marker that is random per result, so that the
 * text cannot close its own fence.
 *
 * The marks are noncharacters around digits that are random per process, so
 * that nobody can bring them along.
 */
const MARK = newMarker();
const OPEN = `\u{FDD0}${MARK}\u{FDD0}`;
const CLOSE = `\u{FDD1}${MARK}\u{FDD1}`;

/**
 * ANSI escape sequences: CSI, OSC with its terminator, and two-byte ones. An
 * OSC that nobody ends stops with its line, and before a fence.
 */
const ANSI =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -\/]*[@-~]|\][^\x07\x1b\n\ufdd0\ufdd1]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/**
 * Control characters but tab and newline; C1; line separators; whatever Unicode
 * says is not displayed, such as bidi controls, zero-width characters and tags.
 */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu;

const NONCHARACTERS = /\p{Noncharacter_Code_Point}/gu;

/** Takes out what a reader cannot see: ANSI, control and bidi characters. */
export function visible(text: string): string {
  return seen(text.replace(/\r\n?/g, "\n")).replace(NONCHARACTERS, "");
}

/** Halves of pairs go first, or what stood between them would join them. */
function seen(text: string): string {
  return text.toWellFormed().replace(ANSI, "").replace(INVISIBLE, "");
}

/**
 * A short name that others chose (project, task, person), fit for a sentence:
 * one line, nothing invisible, at most `max` characters.
 */
export function nameOf(text: string, max = 200): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  return line.length <= max ? line : `${cut(line, max - 1)}…`;
}

/** The first of these names, and how many there are besides: `a, b and 3 more`. */
export function firstNames(names: readonly string[], max: number): string {
  const told = names.slice(0, max).map((name) => nameOf(name));
  const rest = names.length - told.length;
  return `${told.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/**
 * A word that others chose (an error code, a client id): as it is if it can be
 * nothing but a word, else quoted, for a sentence may give orders.
 */
export function wordOf(text: string, max = 64): string {
  const isWord = text.length <= max && /^[\w.:@~-]*$/.test(text);
  return isWord ? text : quote(nameOf(text, max));
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
  const left = clean.length - 2 * half;
  const head = cut(clean, half);
  const tail = clean.slice(half + left).toWellFormed();
  return `${OPEN}${head}\n[… ${left} characters left out …]\n${tail}${CLOSE}`;
}

/** A quoted text cut to one line of at most `max` characters, still quoted. */
export function shortened(quoted: string, max = 200): string {
  return quote(nameOf(quoted.replaceAll(OPEN, "").replaceAll(CLOSE, ""), max));
}

const QUOTES = new RegExp(`${OPEN}(.*?)${CLOSE}`, "gs");

/** A text in which each quote has at most `max` characters. */
export function withShortQuotes(text: string, max: number): string {
  return text.replace(QUOTES, (_, inner: string) => quote(inner, max));
}

/**
 * The start of a text that may hold quotes, which stay closed.
 *
 * @param max characters kept, but for half a fence
 */
export function startOf(text: string, max: number): string {
  if (text.length <= max) return text;
  const open = text.lastIndexOf(OPEN, max);
  const close = text.lastIndexOf(CLOSE, max);
  if (open <= close) {
    const end = close < 0 ? max : Math.max(max, close + CLOSE.length);
    return `${cut(text, end)}…`;
  }
  const isEmpty = max <= open + OPEN.length;
  return isEmpty ? `${cut(text, open)}…` : `${cut(text, max)}…${CLOSE}`;
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
  return seen(text)
    .replaceAll(OPEN, `<<data-${marker} `)
    .replaceAll(CLOSE, ` ${marker}-data>>`)
    .replace(NONCHARACTERS, "");
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
