import {
  Filter_Function,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Task } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { nameOf } from "../../text.ts";
import { whyNothing } from "../other_domains.ts";
import { onward } from "../page_place.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Tasks whose details are read at the same time. */
const AT_ONCE = 10;

/** Which tasks are asked for. */
export interface TaskQuestion {
  readonly scope: Scope;
  readonly query?: string | undefined;
  readonly entryPoints?: boolean;
  readonly limit: number;
  /** Where the page starts, as the page before said. */
  readonly token?: string;
}

/** One page of tasks. */
export interface TaskPage {
  readonly tasks: readonly Task[];
  /** Empty after the last page. */
  readonly token: string;
}

/** Reads a page of tasks, each in its latest version, by name. */
export async function readTasks(
  { scope, query, entryPoints = false, limit, token = "" }: TaskQuestion,
  { clients, config, signal }: ToolContext,
): Promise<TaskPage> {
  const { project: name, domain } = scope;
  const organization = config.org?.value ?? "";
  const answer = await clients.tasks.listTasks({
    scopeBy: { case: "projectId", value: { organization, name, domain } },
    knownFilters: entryPoints
      ? [{ filterBy: { case: "isEntrypoint", value: true } }]
      : [],
    request: {
      limit,
      token,
      filters: query === undefined ? [] : [{
        function: Filter_Function.CONTAINS_CASE_INSENSITIVE,
        field: "name",
        values: [query],
      }],
      sortByFields: [{ key: "name", direction: Sort_Direction.ASCENDING }],
    },
  }, { signal });
  return {
    // Flyte takes `_` and `%` of a query for wildcards.
    tasks: query === undefined
      ? answer.tasks
      : answer.tasks.filter(({ taskId }) => contains(taskId?.name, query)),
    token: onward(answer.token, token),
  };
}

function contains(name: string | undefined, query: string): boolean {
  return (name ?? "").toLowerCase().includes(query.toLowerCase());
}

/**
 * The tasks that are marked as entry points. Flyte takes the filter and does
 * not always heed it, and only the details of a task have the mark.
 */
export async function keepEntryPoints(
  tasks: readonly Task[],
  { clients, config, signal }: ToolContext,
): Promise<Task[]> {
  const org = config.org?.value ?? "";
  const isEntryPoint = async ({ taskId }: Task): Promise<boolean> => {
    if (!taskId) return false;
    const request = { taskId: { ...taskId, org: taskId.org || org } };
    const { details } = await clients.tasks.getTaskDetails(request, { signal });
    return details?.spec?.taskTemplate?.metadata?.isEntrypoint ?? false;
  };
  const kept: Task[] = [];
  for (let from = 0; from < tasks.length; from += AT_ONCE) {
    const some = tasks.slice(from, from + AT_ONCE);
    const marks = await Promise.all(some.map(isEntryPoint));
    kept.push(...some.filter((_, index) => marks[index]));
  }
  return kept;
}

/** Why a project and domain show no tasks. */
export async function whyNoTasks(
  scope: Scope,
  query: string | undefined,
  context: ToolContext,
): Promise<string> {
  const hasAny = async (scope: Scope) =>
    (await readTasks({ scope, limit: 1 }, context)).tasks.length > 0;
  return query !== undefined && await hasAny(scope)
    ? `no task's name contains "${nameOf(query)}"`
    : await whyNothing(scope, { kind: "tasks", hasAny, context });
}
