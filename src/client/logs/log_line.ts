/**
 * Where a line stands in the log of an attempt. Flyte numbers nothing and
 * cannot seek, and a node forgets the beginning of a long log, so it is the
 * time that says where a line is. Times never go back here.
 */
export interface Place {
  /** Microseconds since the epoch; 0 before the first time that is known. */
  readonly time: number;
  /** Counts lines of one time, from 0. */
  readonly nth: number;
}

/** A line of a log, or several that say the same one after the other. */
export interface LogLine {
  /** Of the first one, in what was read, from 1. */
  readonly number: number;
  /** Clean, and no longer than what somebody reads. */
  readonly text: string;
  readonly first: Place;
  /** The place of the last one. */
  last: Place;
  /** How many there are. */
  count: number;
}

/** Less than 0 when `a` stands before `b`. */
export function comparePlaces(a: Place, b: Place): number {
  return a.time - b.time || a.nth - b.nth;
}

/** Gives the lines of one log their numbers and places. */
export class Numbering {
  #number = 0;
  #place: Place = { time: 0, nth: -1 };

  /** How many lines were numbered. */
  get count(): number {
    return this.#number;
  }

  /** The place of the last line. */
  get place(): Place {
    return this.#place;
  }

  /** @param time microseconds since the epoch; `null`: not known */
  add(text: string, time: number | null): LogLine {
    const last = this.#place;
    this.#place = time === null || time <= last.time
      ? { time: last.time, nth: last.nth + 1 }
      : { time, nth: 0 };
    const [first, number] = [this.#place, ++this.#number];
    return { number, text, first, last: first, count: 1 };
  }
}
