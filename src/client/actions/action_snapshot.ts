import type { Client } from "@connectrpc/connect";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { EnrichedAction } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { type Clock, within } from "../../clock.ts";

/** The first snapshot comes in batches of this many actions. */
const BATCH = 1000;

/** After a full batch this much silence means that it was the last. */
const QUIET_MS = 500;

/** What a snapshot is read with. */
export interface SnapshotOptions {
  readonly runId: RunIdentifier;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds until what has come is taken. @default {5000} */
  readonly budgetMs?: number;
}

/**
 * Reads all actions of a run, batch by batch, parents before their children;
 * an ancestor comes again with every batch, for its counts have grown. The
 * stream has no end and no mark where the snapshot ends: the last batch is one
 * that is not full, or one that is followed by silence.
 *
 * The run must exist, or nothing ever comes.
 *
 * @returns whether everything came within the budget
 */
export async function* snapshotActions(
  runs: Client<typeof RunService>,
  { runId, clock, signal, budgetMs = 5000 }: SnapshotOptions,
): AsyncGenerator<readonly EnrichedAction[], boolean> {
  const stop = new AbortController();
  const stream = runs.watchActions({ runId }, {
    signal: AbortSignal.any([signal, stop.signal]),
  });
  const batches = stream[Symbol.asyncIterator]();
  const until = clock.now() + budgetMs;
  let wait = budgetMs;
  try {
    for (;;) {
      const left = Math.max(0, Math.min(wait, until - clock.now()));
      const next = batches.next();
      next.catch(() => {});
      const batch = await within(next, left, { clock, signal });
      // Silence after a full batch ends the snapshot; the budget cuts it off.
      if (batch === "late") return left === QUIET_MS;
      if (batch.done) return true;
      const { enrichedActions } = batch.value;
      yield enrichedActions;
      if (enrichedActions.length < BATCH) return true;
      wait = QUIET_MS;
    }
  } finally {
    stop.abort();
  }
}
