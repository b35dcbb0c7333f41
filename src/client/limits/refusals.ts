import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { type Breach, type Limits, sourcesOf } from "./limits.ts";

/** Where agents find what is allowed. */
const LISTS = {
  project: "list_projects",
  domain: "list_projects",
  task: "list_tasks",
};

/** A project, domain or task that a call names itself. */
export function notAllowed({ what, name, source }: Breach): ToolError {
  const is = name === ""
    ? `A call without a ${what} is`
    : `The ${what} "${nameOf(name)}" is`;
  return refusal(`${is} not allowed here (${source}).`, {
    source,
    instead: `use one that ${LISTS[what]} shows`,
  });
}

/** A run whose task, which is not told, is not allowed. */
export function runNotAllowed(
  run: string,
  { tasks }: Limits,
): ToolError {
  const source = tasks?.source ?? "";
  return refusal(
    `Run "${
      nameOf(run)
    }" belongs to a task that is not allowed here (${source}).`,
    { source, instead: "use a run that list_runs shows" },
  );
}

/** An answer about something that is not allowed, and is not named. */
export function answerNotAllowed(limits: Limits): ToolError {
  const source = sourcesOf(limits);
  return refusal(`What was asked for is not allowed here (${source}).`, {
    source,
    instead: "use what lists show",
  });
}

/** A call that nobody knows to limit. */
export function callNotAllowed(method: string, limits: Limits): ToolError {
  const source = sourcesOf(limits);
  return refusal(
    `${method} says no project, so it is not called where ${source} limits what is shown.`,
    { source, instead: "use another tool" },
  );
}

function refusal(
  message: string,
  { source, instead }: { source: string; instead: string },
): ToolError {
  return new ToolError("permission_denied", message, {
    nextStep:
      `Tell the person, or ${instead}; do not try others. Admin: whoever configures this server decides that in ${source}.`,
  });
}
