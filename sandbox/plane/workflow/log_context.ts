import { Code, ConnectError } from "@connectrpc/connect";
import type { LogContext } from "../../../idl/flyteidl2/core/execution_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey } from "./actions.ts";

/** Which pod ran an attempt, and where. */
export interface AttemptPods {
  readonly logContext: LogContext;
  readonly cluster: string;
}

/**
 * The pods of an attempt, from its event with the highest phase.
 *
 * @throws {ConnectError} `not_found` when the attempt has no event, or that
 * event names no pods, as after an abort
 */
export function attemptPods(
  { events }: Store,
  key: ActionKey,
  attempt: number,
): AttemptPods {
  const event = events.latest(key, attempt);
  const of = `${describeAction(key)} attempt ${attempt}`;
  if (!event) {
    throw new ConnectError(
      `no event found for action ${of}`,
      Code.NotFound,
    );
  }
  const { logContext, cluster } = event;
  if (logContext) return { logContext, cluster };
  throw new ConnectError(
    `no log context found for action ${of}`,
    Code.NotFound,
  );
}

/** An action's id as Go prints the message. */
export function describeAction({ run, name }: ActionKey): string {
  const fields = { project: run.project, domain: run.domain, name: run.name };
  const inner = Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}:${JSON.stringify(value)}`)
    .join("  ");
  return `run:{${inner}}  name:${JSON.stringify(name)}`;
}
