import {
  Filter_Function,
  Sort_Direction,
} from "../../idl/flyteidl2/common/list_pb.ts";
import type { Run } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Phase, phaseNumber } from "../client/phases.ts";
import type { Scope } from "./scope.ts";
import { parseSince } from "./since.ts";
import type { ToolContext } from "./tool.ts";

/** One condition on runs, with the argument that asks for it. */
export interface RunFilter {
  readonly argument: string;
  readonly function: Filter_Function;
  readonly field: string;
  readonly values: readonly string[];
}

/** What `list_runs` may be asked. */
export interface RunQuestion {
  readonly phases?: readonly Phase[] | undefined;
  readonly since?: string | undefined;
  readonly task?: string | undefined;
}

/**
 * The filters of a question, in functions and columns that the server takes.
 *
 * @param now milliseconds since the epoch
 * @throws {ToolError} `invalid_argument`
 */
export function filtersOf(question: RunQuestion, now: number): RunFilter[] {
  return [
    phaseFilter(question.phases ?? []),
    sinceFilter(question.since, now),
    taskFilter(question.task),
  ].filter((filter) => filter !== null);
}

function phaseFilter(phases: readonly Phase[]): RunFilter | null {
  const values = [...new Set(phases)]
    .map((phase) => String(phaseNumber(phase)));
  if (values.length === 0) return null;
  return {
    argument: "phases",
    // The server cannot do VALUE_IN with one value.
    function: values.length === 1
      ? Filter_Function.EQUAL
      : Filter_Function.VALUE_IN,
    field: "phase",
    values,
  };
}

function sinceFilter(since: string | undefined, now: number): RunFilter | null {
  return since === undefined ? null : {
    argument: "since",
    function: Filter_Function.GREATER_THAN_OR_EQUAL,
    field: "created_at",
    values: [new Date(parseSince(since, now)).toISOString()],
  };
}

/** Runs that began before this time, in RFC 3339. */
export function beforeFilter(time: string): RunFilter {
  return {
    argument: "cursor",
    function: Filter_Function.LESS_THAN,
    field: "created_at",
    values: [time],
  };
}

/** Task names are `environment.function`; a name without a dot is the latter. */
function taskFilter(task: string | undefined): RunFilter | null {
  return task === undefined ? null : {
    argument: "task",
    function: task.includes(".")
      ? Filter_Function.EQUAL
      : Filter_Function.ENDS_WITH,
    field: "task_name",
    values: [task],
  };
}

/** One page of runs, newest first: the server's own order is by phase. */
export async function readRuns(
  { scope, filters, limit, token = "" }: {
    scope: Scope;
    filters: readonly RunFilter[];
    limit: number;
    token?: string;
  },
  { clients, config, signal }: ToolContext,
): Promise<{ runs: Run[]; token: string }> {
  const project = {
    organization: config.org?.value ?? "",
    name: scope.project,
    domain: scope.domain,
  };
  return await clients.runs.listRuns({
    scopeBy: { case: "projectId", value: project },
    request: {
      limit,
      token,
      filters: filters.map(({ function: name, field, values }) => ({
        function: name,
        field,
        values: [...values],
      })),
      sortByFields: [
        { key: "created_at", direction: Sort_Direction.DESCENDING },
      ],
    },
  }, { signal });
}

/** Which filter emptied a page: the one without which there are runs. */
export async function whyEmpty(
  scope: Scope,
  filters: readonly RunFilter[],
  context: ToolContext,
): Promise<string> {
  const any = async (kept: readonly RunFilter[]) => {
    const page = await readRuns({ scope, filters: kept, limit: 1 }, context);
    return page.runs.length > 0;
  };
  const names = (some: readonly RunFilter[]) =>
    some.map(({ argument }) => `the filter ${argument}`);
  if (filters.length === 0 || !await any([])) {
    return "this project and domain have no runs at all; list_projects has the valid projects and domains";
  }
  if (filters.length === 1) return `no run passes ${names(filters)}`;
  const without = await Promise.all(
    filters.map(async (filter) =>
      await any(filters.filter((other) => other !== filter)) ? [filter] : []
    ),
  );
  const guilty = names(without.flat());
  return guilty.length > 0
    ? `there are runs without ${guilty.join(", or without ")}`
    : `no run passes ${names(filters).join(" and ")}`;
}
