import { Code, ConnectError } from "@connectrpc/connect";
import type { TriggerName } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type {
  Trigger,
  TriggerDetails,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { firstNames, nameOf } from "../../text.ts";
import { parseTrigger, placesOf } from "../run_reference.ts";
import {
  needPlace,
  type Scope,
  type ScopeArguments,
  showScope,
} from "../scope.ts";
import type { ToolContext } from "../tool.ts";
import { readTriggers } from "./trigger_pages.ts";

/** Triggers that are read to find one, and how many of them are told. */
const MAX_SIMILAR = 50;
const MAX_TOLD = 5;

/** A trigger that is there. */
export interface FoundTrigger {
  readonly scope: Scope;
  readonly details: TriggerDetails;
  /** With the task's whole name, and the organization that is configured. */
  readonly name: Pick<
    TriggerName,
    "org" | "project" | "domain" | "taskName" | "name"
  >;
}

/** A trigger as it was asked for. */
interface Meant {
  readonly name: string;
  readonly task: string | undefined;
  readonly scope: Scope;
}

/**
 * Finds a trigger by its pasted URL, or by its name and that of its task, of
 * which either may be enough.
 *
 * @throws {ToolError} `not_found`, `ambiguous`, `scope_missing`, or what a
 * pasted URL is refused with
 */
export async function findTrigger(
  { trigger, task }: { trigger: string; task: string | undefined },
  { given, context }: { given: ScopeArguments; context: ToolContext },
): Promise<FoundTrigger> {
  const reference = parseTrigger(trigger, placesOf(context));
  const { project = "", domain = "" } = reference;
  const meant: Meant = reference.pasted
    ? {
      name: reference.trigger ?? "",
      task: reference.name,
      scope: { project, domain, source: "url" },
    }
    : { name: reference.name, task, scope: needPlace(given, context) };
  // Flyte takes any task's trigger where none is named, so it is always named.
  const isWhole = meant.task?.includes(".") ?? false;
  const found = isWhole
    ? await readTrigger(meant, meant.task ?? "", context)
    : null;
  return found ?? await lookUp(meant, context);
}

async function lookUp(
  meant: Meant,
  context: ToolContext,
): Promise<FoundTrigger> {
  const { name, task, scope } = meant;
  const at = { scope, limit: MAX_SIMILAR };
  const { triggers } = await readTriggers({ name, task }, at, context);
  const tasks = new Set(triggers.map(({ id }) => id?.name?.taskName ?? ""));
  if (tasks.size > 1) throw ambiguous(meant, [...tasks]);
  const [taskName] = tasks;
  const found = taskName && await readTrigger(meant, taskName, context);
  if (found) return found;
  const similar = await readTriggers({ query: name }, at, context);
  const ofTask = await readTriggers({ task }, at, context);
  throw notFound(meant, [
    ...similar.triggers,
    ...task === undefined ? [] : ofTask.triggers,
  ]);
}

async function readTrigger(
  { name, scope: { project, domain }, scope }: Meant,
  taskName: string,
  { clients, config, signal }: ToolContext,
): Promise<FoundTrigger | null> {
  const org = config.org?.value ?? "";
  const id = { org, project, domain, taskName, name };
  try {
    const answer = await clients.triggers.getTriggerDetails({ name: id }, {
      signal,
    });
    return answer.trigger ? { scope, details: answer.trigger, name: id } : null;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return null;
    throw error;
  }
}

function ambiguous(
  { name, scope }: Meant,
  tasks: readonly string[],
): ToolError {
  return new ToolError(
    "ambiguous",
    `${tasks.length} tasks have a trigger "${nameOf(name)}".`,
    {
      nextStep: `Say which one by task: ${firstNames(tasks, MAX_TOLD)}.`,
      scope: { ...showScope(scope) },
    },
  );
}

function notFound(
  { name, task, scope }: Meant,
  similar: readonly Trigger[],
): ToolError {
  const shown = showScope(scope);
  const { project, domain } = shown;
  const whose = task === undefined ? "" : ` of the task "${nameOf(task)}"`;
  const names = similar.map(({ id }) =>
    `${id?.name?.name} of ${id?.name?.taskName}`
  );
  return new ToolError(
    "not_found",
    name === ""
      ? `That URL names no trigger${whose}.`
      : `Trigger "${nameOf(name)}"${whose} is not in ${project}/${domain}.`,
    {
      nextStep: names.length > 0
        ? `Triggers there: ${firstNames([...new Set(names)], MAX_TOLD)}.`
        : `list_triggers ${
          JSON.stringify({ project, domain })
        } has the names; is it another project or domain?`,
      scope: { ...shown },
    },
  );
}
