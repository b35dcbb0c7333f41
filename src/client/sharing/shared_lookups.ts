import { abortable } from "../../auth/single_flight.ts";

/** With more answers than this the oldest are forgotten. */
const MAX_KEPT = 1_000;

/** With more than this the oldest are forgotten as well: 16 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A look-up that runs, or its answer. */
interface Lookup<T> {
  readonly found: Promise<T>;
  readonly stop: AbortController;
  /** Callers that wait for the answer. */
  waiting: number;
  /** Milliseconds since the epoch; while it runs, for ever. */
  until: number;
  bytes: number;
}

/** How answers are kept. */
export interface KeepingOptions<T> {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For how many milliseconds an answer is good; 0: for who asked meanwhile. */
  readonly lifeOf: (answer: T) => number;
  /** What an answer weighs in memory. @default nothing */
  readonly bytesOf?: (answer: T) => number;
  /** @default {1000} */
  readonly maxKept?: number;
  /** Bound on what all answers weigh. @default 16 MB */
  readonly maxBytes?: number;
}

/**
 * Answers that many ask for: found once for all who ask at the same time, and
 * kept for as long as they are good. Failures are not kept. A look-up that
 * nobody waits for any more is ended.
 */
export class SharedLookups<T> {
  readonly #lookups = new Map<string, Lookup<T>>();
  readonly #options: Required<KeepingOptions<T>>;
  #bytes = 0;

  constructor(options: KeepingOptions<T>) {
    this.#options = {
      ...{ bytesOf: () => 0, maxKept: MAX_KEPT, maxBytes: MAX_BYTES },
      ...options,
    };
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
    const isGood = known !== undefined && known.until > this.#options.now();
    const lookup = isGood ? known : this.#start(key, find);
    lookup.waiting++;
    try {
      return await abortable(lookup.found, signal);
    } finally {
      if (--lookup.waiting === 0) this.#left(key, lookup);
    }
  }

  /** Forgets every answer; who waits for one that is on its way still gets it. */
  clear(): void {
    this.#lookups.clear();
    this.#bytes = 0;
  }

  #start(key: string, find: (signal: AbortSignal) => Promise<T>): Lookup<T> {
    const stop = new AbortController();
    const found = find(stop.signal);
    const counts = { waiting: 0, until: Infinity, bytes: 0 };
    const lookup: Lookup<T> = { found, stop, ...counts };
    const before = this.#lookups.get(key);
    if (before) this.#forget(key, before);
    // At the end, for the first ones are the oldest.
    this.#lookups.set(key, lookup);
    found.then(
      (answer) => this.#keep(key, { lookup, answer }),
      () => this.#forget(key, lookup),
    );
    return lookup;
  }

  #keep(key: string, { lookup, answer }: { lookup: Lookup<T>; answer: T }) {
    const { lifeOf, bytesOf, now, maxKept, maxBytes } = this.#options;
    const lifeMs = lifeOf(answer);
    lookup.until = now() + lifeMs;
    if (this.#lookups.get(key) !== lookup) return;
    if (lifeMs <= 0) return this.#forget(key, lookup);
    lookup.bytes = bytesOf(answer);
    this.#bytes += lookup.bytes;
    for (const [key, old] of this.#lookups) {
      const fits = this.#lookups.size <= maxKept && this.#bytes <= maxBytes;
      if (fits) return;
      if (old.until < Infinity) this.#forget(key, old);
    }
  }

  #forget(key: string, lookup: Lookup<T>): void {
    if (this.#lookups.get(key) !== lookup) return;
    this.#lookups.delete(key);
    this.#bytes -= lookup.bytes;
  }

  /** Nobody waits any more: for an answer that is there, or for none. */
  #left(key: string, lookup: Lookup<T>): void {
    if (lookup.until < Infinity) return;
    this.#forget(key, lookup);
    lookup.stop.abort();
  }
}
