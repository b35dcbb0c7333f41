/** A clock that a test drives. */
export interface TestClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Lets time pass; sleepers whose time has come wake up. */
  advance(ms: number): void;
}

/** Creates a clock that starts at `start` milliseconds since 1970. */
export function createTestClock(start: number): TestClock {
  let time = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    // Every reading is a millisecond later, as in the recording no two times are alike.
    now: () => ++time,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { until: time + ms, wake: resolve };
      sleepers.add(sleeper);
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort);
      return promise.finally(() => {
        sleepers.delete(sleeper);
        signal.removeEventListener("abort", abort);
      });
    },
    advance(ms) {
      time += ms;
      for (const { until, wake } of sleepers) if (until <= time) wake();
    },
  };
}
