import { Sort_Direction } from "../../../idl/flyteidl2/common/list_pb.ts";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { ActionCounts } from "../../client/actions/action_counts.ts";
import { oneOf } from "../../client/one_of.ts";
import { type ActionWait, waitOf } from "../actions/action_wait.ts";
import type { ToolContext } from "../tool.ts";

/** Actions that are looked at; the oldest tell why the others wait. */
const MAX_LOOKED_AT = 3;

/** Phases in which an action has not begun. */
const NOT_BEGUN: readonly ActionPhase[] = [
  ActionPhase.QUEUED,
  ActionPhase.WAITING_FOR_RESOURCES,
  ActionPhase.INITIALIZING,
];

/**
 * What a run's root waits for, or else the actions below it that have waited
 * longest, each reason once.
 *
 * @param options.counts what is known of its actions, which may spare the question
 */
export async function findWaits(
  root: ActionDetails,
  { runId, counts, context }: {
    runId: RunIdentifier;
    counts: ActionCounts | null;
    context: ToolContext;
  },
): Promise<ActionWait[]> {
  const own = waitOf(root, context.clock.now());
  if (own) return [own];
  const some = NOT_BEGUN.some((phase) => counts?.byPhase.has(phase));
  if (counts?.complete && !some) return [];
  const below = await readOldest(runId, context);
  const told = new Map<string, ActionWait>();
  for (const details of below) {
    const wait = details && waitOf(details, context.clock.now());
    const key = `${wait?.kind} ${wait?.message}`;
    if (wait && !told.has(key)) told.set(key, wait);
  }
  return [...told.values()];
}

/** A bonus: a run is described without it where it fails. */
async function readOldest(
  run: RunIdentifier,
  { clients, signal }: ToolContext,
): Promise<(ActionDetails | undefined)[]> {
  try {
    const { actions } = await clients.runs.listActions({
      runId: run,
      request: {
        limit: MAX_LOOKED_AT,
        filters: [oneOf("phase", NOT_BEGUN.map(String))],
        sortByFields: [
          { key: "created_at", direction: Sort_Direction.ASCENDING },
        ],
      },
    }, { signal });
    return await Promise.all(actions.map(async ({ id }) => {
      const actionId = { name: id?.name ?? "", run };
      const { details } = await clients.runs.getActionDetails({ actionId }, {
        signal,
      });
      return details;
    }));
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
