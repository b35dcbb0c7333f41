import { Code, ConnectError } from "@connectrpc/connect";
import { LoginRequired } from "../auth/login.ts";
import { abortable } from "../auth/single_flight.ts";
import { toToolError } from "../client/failures/failures.ts";
import { viewOf } from "../client/failures/unreachable.ts";
import { shortened } from "../text.ts";
import type { ToolContext } from "./tool.ts";

/** All parts together are read within this. */
const BUDGET_MS = 22_000;

/** Calls that are under way at once. */
const AT_ONCE = 4;

/**
 * Reads the parts of an answer, of which any may fail: what is missing is told
 * instead of failing the whole.
 */
export class Parts implements Disposable {
  readonly #context: ToolContext;
  readonly #done = new AbortController();
  readonly #late = new AbortController();
  readonly #missing: string[] = [];
  /** When it is over, in milliseconds since the epoch. */
  readonly until: number;

  constructor(context: ToolContext) {
    const { clock } = context;
    this.#context = context;
    this.until = clock.now() + BUDGET_MS;
    clock.sleep(BUDGET_MS, this.#done.signal)
      .then(() => this.#late.abort(), () => {});
  }

  /** What failed, each in one line. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /**
   * @param what names the part
   * @returns `null` when it failed
   * @throws what ends the whole: a cancelled call, a login that is needed
   */
  async read<T>(
    what: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    const { signal } = this.#context;
    const all = AbortSignal.any([signal, this.#late.signal]);
    try {
      return await abortable(work(all), all);
    } catch (error) {
      signal.throwIfAborted();
      const cause = ConnectError.from(error).cause;
      if (error instanceof LoginRequired) throw error;
      if (cause instanceof LoginRequired) throw cause;
      this.#missing.push(`${what}: ${this.#whyNot(error)}`);
      return null;
    }
  }

  #whyNot(error: unknown): string {
    if (this.#late.signal.aborted) return "there was no more time to read it";
    const { endpoint, config } = this.#context;
    const known = toToolError(error, viewOf(endpoint, config));
    if (known instanceof LoginRequired) return "it needs a login";
    const isPlain = ConnectError.from(error).code === Code.Unknown;
    return isPlain ? known.message : shortened(known.message, 300);
  }

  [Symbol.dispose](): void {
    this.#done.abort();
    this.#late.abort();
  }
}

/**
 * Does the same for each of several, a few at once; results in their order.
 * Once one has failed, no further one is begun.
 */
export async function forEachOf<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const takeTurns = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  const stop = () => {
    next = items.length;
  };
  const workers = Array.from({ length: AT_ONCE }, takeTurns);
  for (const worker of workers) worker.catch(stop);
  await Promise.all(workers);
  return results;
}
