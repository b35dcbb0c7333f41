import { Code, ConnectError } from "@connectrpc/connect";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import type { FoundRun } from "../runs/find_run.ts";
import { isAddress, parseRun, placesOf } from "../run_reference.ts";
import { pastedName } from "../pasted_text.ts";
import { type Scope, showScope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** The name of every run's first action. */
export const ROOT = "a0";

/**
 * The name of the action that is meant: the one that is given, by name or by
 * its address, else the one in the run's address, else the root.
 *
 * @throws {ToolError} `invalid_argument` for the address of another run's
 */
export function actionName(
  given: string | undefined,
  { details, scope, action = ROOT }: FoundRun,
  context: ToolContext,
): string {
  if (given === undefined) return action;
  if (!isAddress(given)) return pastedName(given);
  const meant = parseRun(given, placesOf(context));
  const run = details.action?.id?.run?.name;
  const isSame = meant.name === run && meant.project === scope.project &&
    meant.domain === scope.domain;
  if (isSame && meant.action !== undefined) return meant.action;
  throw new ToolError(
    "invalid_argument",
    isSame
      ? "The URL is that of the whole run and names no action."
      : `The URL is that of another run than ${nameOf(run ?? "")}.`,
    {
      nextStep:
        "Pass the action's name, from list_actions, or its URL as `run` alone.",
    },
  );
}

/**
 * One action of a run that was found; the root came with the run.
 *
 * @throws {ToolError} `not_found`
 */
export async function findAction(
  name: string,
  { details: { action: root }, scope }: FoundRun,
  { clients, signal }: ToolContext,
): Promise<ActionDetails> {
  const run = root?.id?.run;
  if (!root || !run) throw new TypeError("A run without its root action");
  if (name === root.id?.name) return root;
  try {
    const actionId = { run, name };
    const { details } = await clients.runs.getActionDetails({ actionId }, {
      signal,
    });
    if (details) return details;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
  throw noSuchAction(name, run.name, scope);
}

function noSuchAction(name: string, run: string, scope: Scope): ToolError {
  const { project, domain, source } = showScope(scope);
  const shown = JSON.stringify({ run: nameOf(run), project, domain });
  return new ToolError(
    "not_found",
    `Run ${nameOf(run)} has no action "${nameOf(name)}".`,
    {
      nextStep: `Names are not those of tasks: list_actions ${shown} has them.`,
      scope: { project, domain, source },
    },
  );
}
