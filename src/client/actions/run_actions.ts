import type { Client } from "@connectrpc/connect";
import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { snapshotActions, type SnapshotOptions } from "./action_snapshot.ts";

/** The actions of a run, as far as they came. */
export interface RunActions {
  /** By name, parents before their children. */
  readonly actions: ReadonlyMap<string, Action>;
  /** `false`: the budget was over, or the stream broke, before the last one. */
  readonly complete: boolean;
}

/**
 * Reads all actions of a run with their metadata, which only its watch tells.
 *
 * The run must exist, or nothing ever comes.
 *
 * @throws {ConnectError} when Flyte refuses before anything has come
 */
export async function readActions(
  runs: Client<typeof RunService>,
  options: SnapshotOptions,
): Promise<RunActions> {
  const snapshot = snapshotActions(runs, options);
  const actions = new Map<string, Action>();
  try {
    for (;;) {
      const batch = await snapshot.next();
      if (batch.done) return { actions, complete: batch.value };
      for (const { action } of batch.value) {
        if (action?.id) actions.set(action.id.name, action);
      }
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (actions.size === 0) throw error;
    return { actions, complete: false };
  }
}
