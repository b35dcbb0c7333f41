import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  Action,
  ActionAttempt,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { toTimestamp } from "../clock.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { isTerminal } from "../workflow/phases.ts";
import { type Clients, identifierOf, listActions } from "./reports.ts";
import type { Pods } from "./pods.ts";

/** What an abort works with. */
export interface AbortWorld {
  readonly clients: Clients;
  readonly pods: Pods;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What happens in the cluster after an abort: the pods of the action and of its
 * descendants are deleted, its last attempt ends with the event "aborted", and
 * descendants that were not over become ABORTED without a reason.
 */
export async function abortInCluster(
  id: ActionKey,
  world: AbortWorld,
): Promise<void> {
  const actions = await listActions(world.clients, id.run);
  await endAttempt(id, world);
  for (const action of descendants(actions, id.name)) {
    if (isTerminal(action.status?.phase ?? 0)) continue;
    const key = { run: id.run, name: action.id?.name ?? "" };
    const attempt = await endAttempt(key, world);
    await world.clients.internal.updateActionStatus({
      actionId: identifierOf(key),
      status: {
        phase: ActionPhase.ABORTED,
        attempts: attempt?.attempt ?? action.status?.attempts ?? 0,
      },
    });
  }
}

/** Everything below an action, parents before children. */
function descendants(actions: readonly Action[], root: string): Action[] {
  const byParent = Map.groupBy(
    actions,
    (action) => action.metadata?.parent ?? "",
  );
  const found = [...byParent.get(root) ?? []];
  // The list grows while it is walked, one level after the other.
  for (const action of found) {
    found.push(...byParent.get(action.id?.name ?? "") ?? []);
  }
  return found;
}

/** Ends the last attempt of an action, if it has begun one. */
async function endAttempt(
  key: ActionKey,
  { clients, pods, now }: AbortWorld,
): Promise<ActionAttempt | undefined> {
  const actionId = identifierOf(key);
  const { details } = await clients.runs.getActionDetails({ actionId });
  const last = details?.attempts.at(-1);
  if (!last) return undefined;
  for (const pod of last.logContext?.pods ?? []) {
    pods.remove(pod.namespace, pod.podName);
  }
  const time = toTimestamp(now() * 1_000);
  const { attempt, outputs, cluster } = last;
  await clients.internal.recordActionEvents({
    events: [{
      id: actionId,
      attempt,
      phase: ActionPhase.ABORTED,
      updatedTime: time,
      reportedTime: time,
      outputs,
      cluster,
      clusterEvents: [{ occurredAt: time, message: "aborted" }],
    }],
  });
  return last;
}
