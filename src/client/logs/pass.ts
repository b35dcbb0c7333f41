import { type LogLine, Numbering, type Place } from "./log_line.ts";
import { LastTraceback, type Traceback } from "./tracebacks.ts";
import { Fold, LastLines, type LineSink } from "./window.ts";
import { cleanLines } from "./clean.ts";

/** Lines that are kept of every log that is read. */
const WINDOW = 1000;

/** How one pass through a log ended. */
export type End =
  /** The log is over. */
  | "end"
  /** The container goes on; all it had written was read. */
  | "now"
  /** All that was asked for was found. */
  | "found"
  /** There was no more time. */
  | "late"
  /** The stream broke off. */
  | "broken";

/** What is known of a log that was read. */
export interface LogRead {
  /** The last lines, folded. */
  readonly window: readonly LogLine[];
  /** Whether the window is all there is. */
  readonly isWhole: boolean;
  readonly traceback: Traceback | null;
  /** Lines that were read. */
  readonly count: number;
  /** The place of the last one. */
  readonly reached: Place;
  readonly end: End;
}

/**
 * One pass through a log: whatever is asked of it, its end and its last
 * traceback are kept as well, for they are what is asked for next.
 */
export class Pass {
  readonly #numbering = new Numbering();
  readonly #window = new LastLines(WINDOW);
  readonly #fold = new Fold(this.#window);
  readonly #traceback = new LastTraceback();
  readonly #asked: LineSink | null;

  /** @param asked gets every line, until it wants no more */
  constructor(asked: LineSink | null) {
    this.#asked = asked;
  }

  get count(): number {
    return this.#numbering.count;
  }

  get reached(): Place {
    return this.#numbering.place;
  }

  /**
   * @param time microseconds since the epoch; `null`: not known
   * @returns whether more is wanted
   */
  add(message: string, time: number | null): boolean {
    let wantsMore = true;
    for (const text of cleanLines(message)) {
      const line = this.#numbering.add(text, time);
      this.#fold.add(line);
      this.#traceback.add(line);
      wantsMore &&= this.#asked?.add(line) ?? true;
    }
    return wantsMore;
  }

  /** What was read, when nothing more comes. */
  finish(end: End): LogRead {
    this.#fold.end();
    return {
      window: this.#window.lines,
      isWhole: end === "end" && !this.#window.isCut,
      traceback: this.#traceback.traceback,
      count: this.count,
      reached: this.reached,
      end,
    };
  }
}
