import type { LogLine } from "./log_line.ts";
import type { Pattern } from "./pattern.ts";
import type { LineSink } from "./window.ts";

/** Lets those lines through that match, with the lines around them. */
export class Grep implements LineSink {
  readonly #pattern: Pattern;
  readonly #context: number;
  readonly #next: LineSink;
  #before: LogLine[] = [];
  #after = 0;
  #matches = 0;

  /** @param options.context lines before and after each match */
  constructor(
    pattern: Pattern,
    { context, next }: { context: number; next: LineSink },
  ) {
    this.#pattern = pattern;
    this.#context = context;
    this.#next = next;
  }

  /** How many lines matched, each repeat counted. */
  get matches(): number {
    return this.#matches;
  }

  add(line: LogLine): boolean {
    if (this.#pattern.matches(line.text)) {
      this.#matches += line.count;
      this.#after = this.#context;
      const before = this.#before;
      this.#before = [];
      return [...before, line].every((one) => this.#next.add(one));
    }
    if (this.#after > 0) {
      this.#after--;
      return this.#next.add(line);
    }
    this.#before.push(line);
    if (this.#before.length > this.#context) this.#before.shift();
    return true;
  }
}
