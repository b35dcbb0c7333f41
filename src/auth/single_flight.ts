/**
 * One piece of work for all who ask while it runs. The work has a signal of
 * its own: a caller that gives up leaves it to the others.
 */
export class SingleFlight<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  readonly #timeoutMs: number;
  #running: Promise<T> | null = null;

  constructor(
    work: (signal: AbortSignal) => Promise<T>,
    { timeoutMs }: { timeoutMs: number },
  ) {
    this.#work = work;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws the caller's own reason when its signal is aborted first */
  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#running ??= this.#start();
    return await abortable(this.#running, signal);
  }

  #start(): Promise<T> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const running = this.#work(timeout).finally(() => {
      this.#running = null;
    });
    // Whoever waits sees the failure; with nobody waiting it is no crash.
    running.catch(() => {});
    return running;
  }
}

/** Waits for `work`, but leaves when the signal is aborted. */
export async function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
