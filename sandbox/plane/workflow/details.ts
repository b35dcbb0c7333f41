import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  AbortInfoSchema,
  type ActionAttempt,
  type ActionDetails,
  ActionDetailsSchema,
  ActionType,
  SignalInfoSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey, ActionRow, RunKey } from "./actions.ts";
import { attemptsOf } from "./attempts.ts";
import { actionMetadata, actionStatus } from "./messages.ts";

/** Events beyond these are not looked at. */
const MAX_EVENTS = 500;

/** The attempts of an action. */
export function readAttempts(
  { events }: Store,
  key: ActionKey,
): ActionAttempt[] {
  return attemptsOf(events.list(key, MAX_EVENTS));
}

/** Everything known of an action; its id is the request's, organization included. */
export function actionDetails(
  store: Store,
  row: ActionRow,
  id: ActionIdentifier,
): ActionDetails {
  const attempts = readAttempts(store, row);
  return create(ActionDetailsSchema, {
    id,
    metadata: actionMetadata(row),
    status: actionStatus(row),
    spec: row.spec,
    attempts,
    result: resultOf(row, attempts),
  });
}

function resultOf(
  row: ActionRow,
  attempts: readonly ActionAttempt[],
): ActionDetails["result"] {
  switch (row.phase) {
    case ActionPhase.FAILED: {
      // Events lag behind: until the present attempt has one, no error is told.
      const last = attempts.at(-1);
      if (last?.attempt !== row.attempts || !last.errorInfo) break;
      return { case: "errorInfo", value: last.errorInfo };
    }
    case ActionPhase.ABORTED: {
      const reason = row.abortReason ?? "";
      return { case: "abortInfo", value: create(AbortInfoSchema, { reason }) };
    }
  }
  if (row.actionType !== ActionType.CONDITION || !row.output) {
    return { case: undefined };
  }
  const { output, principal: signalledBy } = row;
  const value = create(SignalInfoSchema, { output, signalledBy });
  return { case: "signalInfo", value };
}

/**
 * The action of that name.
 *
 * @throws {ConnectError} `not_found`
 */
export function requireAction({ actions }: Store, key: ActionKey): ActionRow {
  const row = actions.get(key);
  if (row) return row;
  throw new ConnectError("action not found: action not found", Code.NotFound);
}

/**
 * The root action of a run.
 *
 * @throws {ConnectError} `not_found`
 */
export function requireRun({ actions }: Store, run: RunKey): ActionRow {
  const row = actions.root(run);
  if (row) return row;
  const { project, domain, name } = run;
  throw new ConnectError(
    `run not found: ${project}/${domain}/${name}`,
    Code.NotFound,
  );
}
