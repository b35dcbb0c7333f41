/** Deadlines that pass when a test says so, and an issuer that says nothing. */

/** The deadlines of a test. */
export interface Deadlines extends Disposable {
  /** Lets those of so many milliseconds that have been set be over. */
  runOut(ms: number): void;
}

/** Holds every deadline that is set from now on. */
export function holdDeadlines(): Deadlines {
  const { timeout } = AbortSignal;
  const held: { ms: number; over: AbortController }[] = [];
  AbortSignal.timeout = (ms) => {
    const over = new AbortController();
    held.push({ ms, over });
    return over.signal;
  };
  return {
    runOut: (ms) => {
      const due = held.filter((one) => one.ms === ms);
      if (due.length === 0) throw new Error(`No deadline of ${ms} ms is set`);
      for (const { over } of due) {
        over.abort(new DOMException("Signal timed out.", "TimeoutError"));
      }
    },
    [Symbol.dispose]: () => void (AbortSignal.timeout = timeout),
  };
}

/** A fault that takes a request and never answers, and says when it has it. */
export function silence() {
  const arrived = Promise.withResolvers<void>();
  return {
    fault: { kind: "delay", ms: Infinity } as const,
    /** Resolves when the request is there. */
    arrived: arrived.promise,
    /** For the issuer's option of this name. */
    sleep: (_ms: number, signal: AbortSignal) => {
      arrived.resolve();
      return new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
}
