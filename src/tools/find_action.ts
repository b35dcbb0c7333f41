import { Code, ConnectError } from "@connectrpc/connect";
import type { ActionDetails } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { FoundRun } from "./find_run.ts";
import { type Scope, showScope } from "./scope.ts";
import type { ToolContext } from "./tool.ts";

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
