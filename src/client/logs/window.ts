import type { LogLine } from "./log_line.ts";

/** Takes lines one after the other. */
export interface LineSink {
  /** @returns whether it wants more */
  add(line: LogLine): boolean;
}

/** Makes one line of those that say the same one after the other. */
export class Fold implements LineSink {
  readonly #next: LineSink;
  #last: LogLine | null = null;

  constructor(next: LineSink) {
    this.#next = next;
  }

  add(line: LogLine): boolean {
    const last = this.#last;
    if (last?.text === line.text && last.number + last.count === line.number) {
      last.count += line.count;
      last.last = line.last;
      return true;
    }
    this.#last = { ...line };
    return last === null || this.#next.add(last);
  }

  /** Passes on the last line, after which none comes. */
  end(): void {
    if (this.#last) this.#next.add(this.#last);
    this.#last = null;
  }
}

/** Characters that a window may hold: as many as several results take. */
const MAX_CHARACTERS = 256 * 1024;

/**
 * The last lines of what passes by: as many as were asked for, and no more
 * than 256 K characters, however long the log is.
 */
export class LastLines implements LineSink {
  readonly #limit: number;
  #kept: LogLine[] = [];
  /** Those before this index have been dropped. */
  #from = 0;
  #characters = 0;
  #isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get lines(): readonly LogLine[] {
    return this.#kept.slice(this.#from);
  }

  /** Whether lines were dropped. */
  get isCut(): boolean {
    return this.#isCut;
  }

  add(line: LogLine): true {
    this.#kept.push(line);
    this.#characters += line.text.length;
    while (this.#isFull()) this.#dropFirst();
    return true;
  }

  #isFull(): boolean {
    const count = this.#kept.length - this.#from;
    return count > this.#limit ||
      (count > 1 && this.#characters > MAX_CHARACTERS);
  }

  #dropFirst(): void {
    this.#isCut = true;
    this.#characters -= this.#kept[this.#from++]?.text.length ?? 0;
    // Moved together now and then, so that dropping costs no more than adding.
    if (this.#from <= this.#limit) return;
    this.#kept = this.#kept.slice(this.#from);
    this.#from = 0;
  }
}

/** The first lines of what passes by. */
export class FirstLines implements LineSink {
  readonly #limit: number;
  readonly #lines: LogLine[] = [];
  #isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Whether there are lines after them. */
  get isCut(): boolean {
    return this.#isCut;
  }

  add(line: LogLine): boolean {
    this.#isCut ||= this.#lines.length >= this.#limit;
    if (!this.#isCut) this.#lines.push(line);
    return !this.#isCut;
  }
}
