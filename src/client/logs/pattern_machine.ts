import { type Assertion, isWord } from "./pattern_parser.ts";
import type { Instruction } from "./pattern_program.ts";

/** Where the machine is between two characters, with where it goes from there. */
interface State {
  readonly places: readonly number[];
  /** What stands before it. */
  readonly before: Edge;
  /** By ASCII code, and for the end of the line; filled as lines need it. */
  readonly next: (State | typeof FOUND | typeof LOST)[];
}

type Edge = "word" | "other" | "none";

const FOUND = "found";
const LOST = "lost";

/** Index of the end of a line, after the codes of ASCII. */
const END = 128;

/** States that are remembered; a pattern that makes more begins anew. */
const MAX_STATES = 1000;

/**
 * Looks for a pattern in one go through a line. Where it went is remembered
 * for the next line, so that most characters cost one look-up.
 */
export class PatternMachine {
  readonly #program: readonly Instruction[];
  readonly #states = new Map<string, State>();

  constructor(program: readonly Instruction[]) {
    this.#program = program;
  }

  /** Whether the pattern matches somewhere in a line of lower case. */
  search(line: string): boolean {
    let state = this.#stateOf([0], "none");
    for (let at = 0; at <= line.length; at++) {
      const code = at < line.length ? line.charCodeAt(at) : END;
      const isKept = code < END || at === line.length;
      const next = (isKept ? state.next[code] : undefined) ??
        this.#go(state, at < line.length ? code : null);
      if (isKept) state.next[code] = next;
      if (typeof next === "string") return next === FOUND;
      state = next;
    }
    return false;
  }

  /** @param code the next character; `null`: the line ends here */
  #go(state: State, code: number | null): State | typeof FOUND | typeof LOST {
    const after = code === null ? "none" : edgeOf(code);
    const readers = this.#readers(state, after);
    if (readers === FOUND) return FOUND;
    if (code === null) return LOST;
    // A match may begin anywhere.
    const places = [0];
    for (const place of readers) {
      const step = this.#program[place];
      if (step?.op === "read" && step.has(code)) places.push(place + 1);
    }
    return this.#stateOf(places, after);
  }

  /** All places that read a character, or that the pattern was found. */
  #readers({ places, before }: State, after: Edge): number[] | typeof FOUND {
    const seen = new Set<number>();
    const open = [...places];
    const readers: number[] = [];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.#program[at];
      if (step?.op === "match") return FOUND;
      if (step?.op === "read") readers.push(at);
      if (step?.op === "fork") open.push(...step.to);
      if (step?.op === "check" && holds(step.at, before, after)) {
        open.push(at + 1);
      }
    }
    return readers;
  }

  #stateOf(places: number[], before: Edge): State {
    places.sort((a, b) => a - b);
    const key = `${before}${places}`;
    const known = this.#states.get(key);
    if (known) return known;
    if (this.#states.size >= MAX_STATES) this.#states.clear();
    const state = { places, before, next: [] };
    this.#states.set(key, state);
    return state;
  }
}

function edgeOf(code: number): Edge {
  return isWord(code) ? "word" : "other";
}

function holds(assertion: Assertion, before: Edge, after: Edge): boolean {
  switch (assertion) {
    case "start":
      return before === "none";
    case "end":
      return after === "none";
    case "word edge":
      return (before === "word") !== (after === "word");
    case "no word edge":
      return (before === "word") === (after === "word");
  }
}
