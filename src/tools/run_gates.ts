import { Filter_Function } from "../../idl/flyteidl2/common/list_pb.ts";
import type {
  ActionIdentifier,
  RunIdentifier,
} from "../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionCounts } from "../client/action_counts.ts";
import { isoTime } from "../client/times.ts";
import { nameOf, quote } from "../text.ts";
import type { ToolContext } from "./tool.ts";

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
    const ids = await pausedActions(runId, context);
    return await Promise.all(ids.map((id) => describe(id, context)));
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}

async function pausedActions(
  run: RunIdentifier,
  { clients, signal }: ToolContext,
): Promise<ActionIdentifier[]> {
  const { actions } = await clients.runs.listActions({
    runId: run,
    request: {
      limit: MAX_GATES,
      filters: [{
        function: Filter_Function.EQUAL,
        field: "phase",
        values: [String(ActionPhase.PAUSED)],
      }],
      sortByFields: [{ key: "created_at" }],
    },
  }, { signal });
  return actions.flatMap(({ id }) => id ? [{ ...id, run }] : []);
}

async function describe(
  actionId: ActionIdentifier,
  { clients, signal }: ToolContext,
): Promise<Gate> {
  const { details } = await clients.runs.getActionDetails({ actionId }, {
    signal,
  });
  const spec = details?.spec.case === "condition" ? details.spec.value : null;
  const name = nameOf(spec?.name ?? details?.metadata?.funtionName ?? "");
  return {
    kind: "answer",
    action: nameOf(actionId.name),
    condition: name || null,
    prompt: spec?.prompt ? quote(spec.prompt, 500) : null,
    since: isoTime(details?.status?.startTime),
  };
}
