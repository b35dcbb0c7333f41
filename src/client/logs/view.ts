import { Grep } from "./grep.ts";
import { comparePlaces, type LogLine, type Place } from "./log_line.ts";
import type { Pattern } from "./pattern.ts";
import { FirstLines, Fold, LastLines, type LineSink } from "./window.ts";

/** Which lines of a log are asked for. */
export interface LogQuestion {
  /** The last lines, or the first ones. */
  readonly part: "tail" | "head";
  /** Lines, folded ones counted once. */
  readonly limit: number;
  /** Only lines before this place. */
  readonly before?: Place | null;
  /** Only lines after this place. */
  readonly after?: Place | null;
  /** Only lines written since, in microseconds since the epoch. */
  readonly since?: number | null;
  /** Only lines that match, and those around them. */
  readonly grep?:
    | { readonly pattern: Pattern; readonly context: number }
    | null;
}

/** What a question found. */
export interface Viewed {
  readonly lines: readonly LogLine[];
  /** Lines that match; `null`: none were looked for. */
  readonly matches: number | null;
  /** Whether there are lines of this kind before the first one. */
  readonly hasOlder: boolean;
  /** Whether there are lines of this kind after the last one. */
  readonly hasNewer: boolean;
}

/** Answers one question from what passes by. */
export class View implements LineSink {
  readonly #question: LogQuestion;
  readonly #window: FirstLines | LastLines;
  readonly #grep: Grep | null;
  readonly #fold: Fold;
  #isPast = false;

  constructor(question: LogQuestion) {
    const { part, limit, grep } = question;
    this.#question = question;
    this.#window = part === "tail"
      ? new LastLines(limit)
      : new FirstLines(limit);
    this.#grep = grep
      ? new Grep(grep.pattern, { context: grep.context, next: this.#window })
      : null;
    this.#fold = new Fold(this.#grep ?? this.#window);
  }

  add(line: LogLine): boolean {
    const { before, after, since } = this.#question;
    if (before && comparePlaces(line.last, before) >= 0) {
      this.#isPast = true;
      return false;
    }
    if (after && comparePlaces(line.first, after) <= 0) return true;
    // Of lines that say the same the last one counts.
    if (since && line.last.time < since) return true;
    return this.#fold.add(line);
  }

  /** The answer, once all that there is has passed by. */
  end(): Viewed {
    this.#fold.end();
    const { part, after } = this.#question;
    const { lines, isCut } = this.#window;
    return {
      lines,
      matches: this.#grep?.matches ?? null,
      hasOlder: part === "tail" && isCut || Boolean(after),
      hasNewer: part === "head" && isCut || this.#isPast,
    };
  }
}
