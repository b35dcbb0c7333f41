import type { Client } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { EnrichedAction } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { snapshotActions, type SnapshotOptions } from "./action_snapshot.ts";
import { phaseName } from "../phases.ts";

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
 * batch, so the last batch decides.
 *
 * The run must exist, or nothing ever comes.
 */
export async function countActions(
  runs: Client<typeof RunService>,
  options: SnapshotOptions,
): Promise<ActionCounts> {
  const snapshot = snapshotActions(runs, options);
  let byPhase: ReadonlyMap<ActionPhase, number> = new Map();
  for (;;) {
    const batch = await snapshot.next();
    if (batch.done) return { byPhase, complete: batch.value };
    const root = batch.value.find(({ action }) => !action?.metadata?.parent);
    if (root) byPhase = countsOf(root);
  }
}

function countsOf(
  { action, childrenPhaseCounts }: EnrichedAction,
): ReadonlyMap<ActionPhase, number> {
  const counts = new Map<ActionPhase, number>();
  for (const [phase, count] of Object.entries(childrenPhaseCounts)) {
    if (count > 0) counts.set(Number(phase), count);
  }
  const own = action?.status?.phase ?? ActionPhase.UNSPECIFIED;
  counts.set(own, (counts.get(own) ?? 0) + 1);
  return counts;
}

/** Counts for a reader; `total` is `null` where nothing was counted. */
export function describeCounts(counts: ActionCounts | null) {
  if (!counts?.byPhase.size) {
    return { total: null, by_phase: {}, complete: false };
  }
  const phases = [...counts.byPhase].sort(([a], [b]) => a - b);
  return {
    total: phases.reduce((sum, [, count]) => sum + count, 0),
    by_phase: Object.fromEntries(
      phases.map(([phase, count]) => [phaseName(phase), count]),
    ),
    complete: counts.complete,
  };
}
