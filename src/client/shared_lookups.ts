import { abortable } from "../auth/single_flight.ts";
import type { Clock } from "../clock.ts";

/** How long an answer is good for. */
const LIFE_MS = 300_000;

/** With more answers than this the oldest are forgotten. */
const MAX_KEPT = 1_000;

/** A look-up that runs, or its answer. */
interface Lookup<T> {
  readonly found: Promise<T>;
  readonly stop: AbortController;
  /** Callers that wait for the answer. */
  waiting: number;
  /** Milliseconds since the epoch; while it runs, for ever. */
  until: number;
}

/**
 * Answers that many ask for: found once for all who ask at the same time, and
 * kept for five minutes. Failures are not kept. A look-up that nobody waits
 * for any more is ended.
 */
export class SharedLookups<T> {
  readonly #lookups = new Map<string, Lookup<T>>();
  readonly #now: () => number;

  constructor({ now }: Pick<Clock, "now">) {
    this.#now = now;
  }

  /**
   * @param options.find finds the answer; its signal is not the caller's
   * @throws the caller's own reason when its signal is aborted first
   */
  async get(
    key: string,
    { find, signal }: {
      find: (signal: AbortSignal) => Promise<T>;
      signal: AbortSignal;
    },
  ): Promise<T> {
    signal.throwIfAborted();
    const known = this.#lookups.get(key);
    const isGood = known !== undefined && known.until > this.#now();
    const lookup = isGood ? known : this.#start(key, find);
    lookup.waiting++;
    try {
      return await abortable(lookup.found, signal);
    } finally {
      if (--lookup.waiting === 0) this.#left(key, lookup);
    }
  }

  #start(key: string, find: (signal: AbortSignal) => Promise<T>): Lookup<T> {
    const stop = new AbortController();
    const found = find(stop.signal);
    const lookup: Lookup<T> = { found, stop, waiting: 0, until: Infinity };
    // Moved to the end, for the first ones are the oldest.
    this.#lookups.delete(key);
    this.#lookups.set(key, lookup);
    found.then(
      () => this.#keep(lookup),
      () => this.#forget(key, lookup),
    );
    return lookup;
  }

  #keep(lookup: Lookup<T>): void {
    lookup.until = this.#now() + LIFE_MS;
    for (const [key, { until }] of this.#lookups) {
      if (this.#lookups.size <= MAX_KEPT) return;
      if (until < Infinity) this.#lookups.delete(key);
    }
  }

  #forget(key: string, lookup: Lookup<T>): void {
    if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
  }

  /** Nobody waits any more: for an answer that is there, or for none. */
  #left(key: string, lookup: Lookup<T>): void {
    if (lookup.until < Infinity) return;
    this.#forget(key, lookup);
    lookup.stop.abort();
  }
}
