import { type Client, createContextValues } from "@connectrpc/connect";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { type Clock, spread, within } from "../../clock.ts";
import { IS_WATCH } from "../admission/admit.ts";

/** A watch that ended is opened again after this, or up to a fifth more. */
const REOPEN_MS = 5000;

/**
 * Hears of changes in a run, so that nobody has to ask all the time. It tells
 * that something changed, never what: a watch may end on a message that is
 * out of date, lose the last change, hang, or break.
 */
export class RunNudges implements Disposable {
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  #heard = Promise.withResolvers<void>();

  /** @param options.clock paces how often a broken watch is opened again */
  constructor(
    runs: Client<typeof RunService>,
    { runId, clock, signal }: {
      runId: RunIdentifier;
      clock: Clock;
      signal: AbortSignal;
    },
  ) {
    this.#clock = clock;
    const both = AbortSignal.any([signal, this.#stop.signal]);
    this.#listen(runs, runId, both).catch(() => {});
  }

  async #listen(
    runs: Client<typeof RunService>,
    runId: RunIdentifier,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        const contextValues = createContextValues().set(IS_WATCH, true);
        const options = { signal, contextValues };
        for await (const _ of runs.watchActions({ runId }, options)) {
          this.#heard.resolve();
        }
      } catch {
        // Whoever waits asks by itself in any case.
      }
      await this.#clock.sleep(spread(REOPEN_MS, this.#clock), signal);
    }
  }

  /**
   * Waits until something was heard, or for `ms`.
   *
   * @throws the signal's reason when it is aborted first
   */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    await within(this.#heard.promise, ms, { clock: this.#clock, signal });
    this.#heard = Promise.withResolvers<void>();
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
