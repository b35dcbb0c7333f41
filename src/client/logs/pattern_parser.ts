/** A part of a regular expression. */
export type Node =
  | { readonly kind: "set"; readonly has: (code: number) => boolean }
  | { readonly kind: "place"; readonly at: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly part: Node;
    readonly min: number;
    readonly max: number;
  };

/** What is true of a place between two characters. */
export type Assertion = "start" | "end" | "word edge" | "no word edge";

type Has = (code: number) => boolean;

/** What the letter after a backslash stands for. */
const CLASSES: Readonly<Record<string, Has>> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: (code) => !isDigit(code),
  W: (code) => !isWord(code),
  S: (code) => !isSpace(code),
};

/** The rest of a source, read from the left. */
class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#source.charAt(this.#at);
  }

  take(): string {
    return this.#source.charAt(this.#at++);
  }

  /** Takes what the expression matches here, if it does. */
  takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match) this.#at = sticky.lastIndex;
    return match;
  }
}

/** @throws {SyntaxError} for what is malformed or not supported */
export function parsePattern(source: string): Node {
  const reader = new Reader(source);
  const node = parseChoice(reader);
  if (reader.next !== "") throw new SyntaxError('Unmatched ")"');
  return node;
}

function parseChoice(reader: Reader): Node {
  const parts = [parseSequence(reader)];
  while (reader.next === "|") {
    reader.take();
    parts.push(parseSequence(reader));
  }
  return { kind: "choice", parts };
}

function parseSequence(reader: Reader): Node {
  const parts: Node[] = [];
  while (reader.next !== "" && reader.next !== "|" && reader.next !== ")") {
    parts.push(parseQuantified(reader));
  }
  return { kind: "sequence", parts };
}

function parseQuantified(reader: Reader): Node {
  const part = parseAtom(reader);
  const quantifier = takeQuantifier(reader);
  if (!quantifier) return part;
  if (takeQuantifier(reader)) throw new SyntaxError("Nothing to repeat");
  const [, sign, low = "", comma, high] = quantifier;
  if (sign) {
    const max = sign === "?" ? 1 : Infinity;
    return { kind: "repeat", part, min: sign === "+" ? 1 : 0, max };
  }
  const min = Number(low);
  const max = comma === undefined ? min : high ? Number(high) : Infinity;
  if (max < min) throw new SyntaxError("Quantifier out of order");
  return { kind: "repeat", part, min, max };
}

/** Whether it is lazy or not makes no difference to whether it matches. */
function takeQuantifier(reader: Reader): RegExpExecArray | null {
  return reader.takeMatch(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y);
}

function parseAtom(reader: Reader): Node {
  const letter = reader.take();
  switch (letter) {
    case "(":
      return parseGroup(reader);
    case "[":
      return parseClass(reader);
    case "\\":
      return parseEscape(reader);
    case ".":
      return { kind: "set", has: () => true };
    case "^":
      return { kind: "place", at: "start" };
    case "$":
      return { kind: "place", at: "end" };
    case "*":
    case "+":
    case "?":
      throw new SyntaxError("Nothing to repeat");
    default:
      return { kind: "set", has: hasLetter(letter) };
  }
}

function parseGroup(reader: Reader): Node {
  if (!reader.takeMatch(/\?:/y) && reader.next === "?") {
    throw new SyntaxError("Only plain groups and (?:…) are supported");
  }
  const node = parseChoice(reader);
  if (reader.take() !== ")") throw new SyntaxError('Missing ")"');
  return node;
}

function parseEscape(reader: Reader): Node {
  const letter = reader.take();
  if (letter === "b") return { kind: "place", at: "word edge" };
  if (letter === "B") return { kind: "place", at: "no word edge" };
  return { kind: "set", has: escaped(letter) };
}

/** A class, or a character that would mean something else without a backslash. */
function escaped(letter: string): Has {
  const known = CLASSES[letter];
  if (known) return known;
  if (letter === "t") return hasLetter("\t");
  if (letter === "") throw new SyntaxError('Nothing after "\\"');
  if (/[a-z0-9]/i.test(letter)) {
    throw new SyntaxError(`"\\${letter}" is not supported`);
  }
  return hasLetter(letter);
}

function parseClass(reader: Reader): Node {
  const isNegated = reader.takeMatch(/\^/y) !== null;
  const sets: Has[] = [];
  while (reader.next !== "]") {
    const range = reader.takeMatch(/([^\\\]])-([^\\\]])/y);
    if (range) {
      const [, from = "", to = ""] = range;
      if (from > to) throw new SyntaxError("Range out of order");
      sets.push(between(from, to));
      continue;
    }
    const letter = reader.take();
    if (letter === "") throw new SyntaxError('Missing "]"');
    sets.push(letter === "\\" ? escaped(reader.take()) : hasLetter(letter));
  }
  reader.take();
  const has = (code: number) => sets.some((set) => set(code));
  return { kind: "set", has: isNegated ? (code) => !has(code) : has };
}

/** Lines are in lower case. */
function hasLetter(letter: string): Has {
  const wanted = letter.toLowerCase().charCodeAt(0);
  return (code) => code === wanted;
}

function between(from: string, to: string): Has {
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
  const isWithin = (code: number) => low <= code && code <= high;
  return (code) =>
    isWithin(code) ||
    isWithin(String.fromCharCode(code).toUpperCase().charCodeAt(0));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether it may be part of a word; lines are in lower case. */
export function isWord(code: number): boolean {
  return isDigit(code) || code === 95 || (code >= 97 && code <= 122);
}

function isSpace(code: number): boolean {
  return /\s/.test(String.fromCharCode(code));
}
