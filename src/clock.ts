/** Time as a value, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws the signal's reason when it is aborted first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * What pauses are spread with: at least 0, less than 1.
   *
   * @default {Math.random}
   */
  readonly random?: () => number;
}

/** A pause becomes longer by up to this part of it. */
const SPREAD = 0.2;

/**
 * A pause of `ms`, or up to a fifth longer: those who wait for the same thing
 * do not all come back at the same moment.
 */
export function spread(ms: number, clock: Pick<Clock, "random">): number {
  return ms * (1 + SPREAD * randomOf(clock));
}

/** A number of at least 0, less than 1. */
export function randomOf({ random = Math.random }: Pick<Clock, "random">) {
  return random();
}

/** The machine's own clock. */
export const systemClock: Clock = { now: Date.now, sleep };

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(finish, ms);
  signal?.addEventListener("abort", abort, { once: true });
  await promise;

  function finish() {
    signal?.removeEventListener("abort", abort);
    resolve();
  }
  function abort() {
    clearTimeout(timer);
    reject(signal?.reason);
  }
}

/**
 * Waits for `work`, but not longer than `ms`; the work goes on either way.
 *
 * @returns what the work resolved to, or `"late"`
 * @throws the signal's reason when it is aborted first
 */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T | "late"> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work,
      clock.sleep(ms, AbortSignal.any([signal, timer.signal]))
        .then(() => "late" as const),
    ]);
  } finally {
    timer.abort();
  }
}
