import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { ActionType } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey, ActionRow } from "./actions.ts";
import { readAttempts, requireAction } from "./details.ts";

/** Where the data of an action lie; empty for what it has not. */
export interface DataUris {
  readonly inputsUri: string;
  readonly outputsUri: string;
}

/**
 * Where an action's inputs lie and, once it has succeeded, its outputs.
 *
 * @throws {ConnectError} `not_found` when there is no such action, or it
 * succeeded without an attempt that names outputs
 */
export function dataUris(store: Store, key: ActionKey): DataUris {
  const row = requireAction(store, key);
  const { inputsUri } = row;
  const succeeded = row.phase === ActionPhase.SUCCEEDED ||
    row.phase === ActionPhase.RECOVERED;
  if (!succeeded) return { inputsUri, outputsUri: "" };
  if (row.actionType === ActionType.TRACE) {
    return { inputsUri, outputsUri: row.outputsUri };
  }
  return { inputsUri, outputsUri: attemptOutputs(store, row) };
}

function attemptOutputs(store: Store, row: ActionRow): string {
  const last = readAttempts(store, row).at(-1);
  if (!last) {
    throw new ConnectError(
      "outputs not available, no attempts for action",
      Code.NotFound,
    );
  }
  if (last.outputs?.outputUri) return last.outputs.outputUri;
  throw new ConnectError("outputs not available", Code.NotFound);
}
