import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { ActionCounts } from "../../client/actions/action_counts.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import {
  conditionName,
  promptOf,
} from "../conditions/condition_description.ts";
import {
  listConditionIds,
  readConditions,
} from "../conditions/read_conditions.ts";
import type { ToolContext } from "../tool.ts";

/** Gates shown in full; the counts by phase have them all. */
const MAX_GATES = 5;

/** A condition that waits for somebody's answer. */
export interface Gate {
  /** Tells it from what an action waits for by itself. */
  readonly kind: "answer";
  readonly action: string;
  readonly condition: string | null;
  readonly prompt: string | null;
  readonly since: string | null;
}

/**
 * The gates of a run that goes on.
 *
 * @param counts what is known of its actions, which may spare the question
 * @returns `null` when Flyte does not tell, for a run is described without
 */
export async function findGates(
  runId: RunIdentifier,
  counts: ActionCounts | null,
  context: ToolContext,
): Promise<Gate[] | null> {
  if (counts?.complete && !counts.byPhase.has(ActionPhase.PAUSED)) return [];
  try {
    const page = await listConditionIds(
      runId,
      { waitingOnly: true, limit: MAX_GATES },
      context,
    );
    return (await readConditions(page.ids, context)).map(describe);
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}

function describe(details: ActionDetails): Gate {
  return {
    kind: "answer",
    action: nameOf(details.id?.name ?? ""),
    condition: conditionName(details),
    prompt: promptOf(details, 500),
    since: isoTime(details.status?.startTime),
  };
}
