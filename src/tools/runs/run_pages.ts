import { Sort_Direction } from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type ListFilter, oneOf } from "../../client/one_of.ts";
import { EVERY, isWide, type Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Runs read at a time, the most that Flyte gives. */
export const WINDOW = 200;

/** Columns by which runs are put in order. */
export type TimeColumn = "created_at" | "ended_at";

/** What an argument asks of runs. */
export interface RunCondition {
  readonly argument: string;
  readonly filters: readonly ListFilter[];
  /** Only runs that wait for a person, which is no filter of Flyte's. */
  readonly pausedOnly?: true;
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
  const wide = isWide(scope);
  const place = [
    ...project === EVERY ? [] : [oneOf("project", [project])],
    ...domain === EVERY ? [] : [oneOf("domain", [domain])],
  ];
  const pausedOnly = conditions.some((one) => one.pausedOnly);
  return await clients.runs.listRuns({
    scopeBy: wide ? { case: "org", value: org } : {
      case: "projectId",
      value: { organization: org, name: project, domain },
    },
    ...(pausedOnly && { pausedActionsOnly: true }),
    request: {
      limit,
      token,
      filters: [
        ...wide ? place : [],
        ...conditions.flatMap(({ filters }) => filters),
      ],
      sortByFields: [{ key: by, direction: Sort_Direction.DESCENDING }],
    },
  }, { signal });
}
