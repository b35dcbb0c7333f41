import {
  Filter_Function,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** What stands for all projects, or for all domains. */
export const EVERY = "*";

/** Runs read at a time, the most that Flyte gives. */
export const WINDOW = 200;

/** Columns by which runs are put in order. */
export type TimeColumn = "created_at" | "ended_at";

/** What an argument asks of runs. */
export interface RunCondition {
  readonly argument: string;
  readonly filters: readonly RunFilter[];
  /** Only runs that wait for a person, which is no filter of Flyte's. */
  readonly pausedOnly?: true;
}

/** A filter in functions and columns that the server takes. */
export interface RunFilter {
  readonly function: Filter_Function;
  readonly field: string;
  readonly values: string[];
}

/** One of these values; the server cannot do VALUE_IN with one of them. */
export function oneOf(field: string, values: readonly string[]): RunFilter {
  return {
    function: values.length === 1
      ? Filter_Function.EQUAL
      : Filter_Function.VALUE_IN,
    field,
    values: [...values],
  };
}

/** One page of runs, the latest first: the server's own order is by phase. */
export async function readRuns(
  { scope, conditions, by, limit = WINDOW, token = "" }: {
    scope: Scope;
    conditions: readonly RunCondition[];
    by: TimeColumn;
    limit?: number;
    token?: string;
  },
  { clients, config, signal }: ToolContext,
): Promise<{ runs: Run[]; token: string }> {
  const org = config.org?.value ?? "";
  const { project, domain } = scope;
  const isWide = project === EVERY || domain === EVERY;
  const place = [
    ...project === EVERY ? [] : [oneOf("project", [project])],
    ...domain === EVERY ? [] : [oneOf("domain", [domain])],
  ];
  const pausedOnly = conditions.some((one) => one.pausedOnly);
  return await clients.runs.listRuns({
    scopeBy: isWide ? { case: "org", value: org } : {
      case: "projectId",
      value: { organization: org, name: project, domain },
    },
    ...(pausedOnly && { pausedActionsOnly: true }),
    request: {
      limit,
      token,
      filters: [
        ...isWide ? place : [],
        ...conditions.flatMap(({ filters }) => filters),
      ],
      sortByFields: [{ key: by, direction: Sort_Direction.DESCENDING }],
    },
  }, { signal });
}
