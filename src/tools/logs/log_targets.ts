import type {
  ActionAttempt,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { failingActions } from "../actions/failing_actions.ts";
import { actionName, findAction } from "../actions/find_action.ts";
import { findAttempt } from "../actions/find_attempt.ts";
import type { FoundRun } from "../runs/find_run.ts";
import type { ToolContext } from "../tool.ts";

/** What `action` says instead of a name. */
export const FAILED = "failed";

/** Logs of failing actions that one result holds; they are read at once. */
const MAX_LOGS = 5;

/** An attempt whose log is to be shown. */
export interface LogTarget {
  readonly action: ActionDetails;
  /** `undefined`: nothing is known of any attempt. */
  readonly attempt: ActionAttempt | undefined;
}

/**
 * The attempts that a call is about.
 *
 * @throws {ToolError} `not_found` or `invalid_argument`
 */
export async function targetsOf(
  { action, attempt }: {
    action: string | undefined;
    attempt?: number | undefined;
  },
  found: FoundRun,
  context: ToolContext,
): Promise<{ targets: LogTarget[]; leftOut: number }> {
  if (action !== FAILED) {
    const name = actionName(action, found, context);
    const details = await findAction(name, found, context);
    const target = { action: details, attempt: findAttempt(details, attempt) };
    return { targets: [target], leftOut: 0 };
  }
  if (attempt !== undefined) {
    throw new ToolError(
      "invalid_argument",
      `"attempt" belongs to one action, not to all that failed.`,
      { nextStep: "Leave attempt out, or name the action." },
    );
  }
  const failing = await failingActions(found, context, { limit: MAX_LOGS });
  return {
    targets: failing.actions.map((details) => ({
      action: details,
      attempt: findAttempt(details, undefined),
    })),
    leftOut: failing.leftOut,
  };
}
