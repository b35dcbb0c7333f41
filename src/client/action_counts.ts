import type { Client } from "@connectrpc/connect";
import type { RunIdentifier } from "../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import type { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { type Clock, within } from "../clock.ts";

/** The first snapshot comes in batches of this many actions. */
const BATCH = 1000;

/** After a full batch this much silence means that it was the last. */
const QUIET_MS = 500;

/** How many actions of a run are in which phase. */
export interface ActionCounts {
  /** The root action included. */
  readonly byPhase: ReadonlyMap<ActionPhase, number>;
  /** `false`: the server had not sent everything within the budget. */
  readonly complete: boolean;
}

/**
 * Counts a run's actions by phase. The root's `children_phase_counts` cover
 * all its descendants; during the first snapshot they grow from batch to
 * batch, so the last batch decides: one that is not full, or one that is
 * followed by silence. The stream itself never ends.
 *
 * The run must exist, or nothing ever comes.
 */
export async function countActions(
  runs: Client<typeof RunService>,
  { runId, clock, signal, budgetMs = 5000 }: {
    runId: RunIdentifier;
    clock: Clock;
    signal: AbortSignal;
    /** Milliseconds until the counts so far are taken. */
    budgetMs?: number;
  },
): Promise<ActionCounts> {
  const stop = new AbortController();
  const stream = runs.watchActions({ runId }, {
    signal: AbortSignal.any([signal, stop.signal]),
  });
  const batches = stream[Symbol.asyncIterator]();
  const until = clock.now() + budgetMs;
  let byPhase: ReadonlyMap<ActionPhase, number> = new Map();
  let wait = budgetMs;
  try {
    for (;;) {
      const left = Math.max(0, Math.min(wait, until - clock.now()));
      const next = batches.next();
      next.catch(() => {});
      const batch = await within(next, left, { clock, signal });
      // Silence after a full batch ends the snapshot; the budget cuts it off.
      if (batch === "late") return { byPhase, complete: left === QUIET_MS };
      if (batch.done) return { byPhase, complete: true };
      const actions = batch.value.enrichedActions;
      const root = actions.find(({ action }) => !action?.metadata?.parent);
      if (root) byPhase = countsOf(root);
      if (actions.length < BATCH) return { byPhase, complete: true };
      wait = QUIET_MS;
    }
  } finally {
    stop.abort();
  }
}

function countsOf(
  { action, childrenPhaseCounts }: {
    action?: { status?: { phase: ActionPhase } | undefined } | undefined;
    childrenPhaseCounts: { [key: number]: number };
  },
): ReadonlyMap<ActionPhase, number> {
  const counts = new Map<ActionPhase, number>();
  for (const [phase, count] of Object.entries(childrenPhaseCounts)) {
    if (count > 0) counts.set(Number(phase), count);
  }
  const own = action?.status?.phase ?? ActionPhase.UNSPECIFIED;
  counts.set(own, (counts.get(own) ?? 0) + 1);
  return counts;
}
