import type {
  ActionDetails,
  Run,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { fitting } from "../budget.ts";
import {
  type ConditionPage,
  type ConditionQuestion,
  type ConditionRow,
  conditionRow,
  roomForConditions,
} from "./condition_page.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { forEachOf } from "../parts.ts";
import { listConditionIds, readConditions } from "./read_conditions.ts";
import { countElsewhere } from "../runs/run_absence.ts";
import type { RunConditions } from "../runs/run_conditions.ts";
import { nextPlace, PLACE, readWindow } from "../runs/run_place.ts";
import { needScope, type Scope, showScope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Conditions shown of one run; the run itself has them all. */
const MAX_OF_RUN = 5;

/** Runs that are looked into at once. */
const AT_ONCE = 4;

/** Runs that wait for a person. */
const WAITING: RunConditions = {
  by: "created_at",
  conditions: [{ argument: "waiting", filters: [], pausedOnly: true }],
};

/** The conditions of a run that wait. */
interface WaitingRun {
  /** Empty: it waits no longer. */
  readonly conditions: readonly ActionDetails[];
  /** Whether more of them wait than are here. */
  readonly hasMore: boolean;
}

/**
 * A page of the conditions that wait now in a project and domain, or in all of
 * them: those of the latest run first.
 *
 * @throws {ToolError} `scope_missing`, or `invalid_argument` for a cursor
 */
export async function waitingConditions(
  { limit, cursor, ...question }: ConditionQuestion,
  context: ToolContext,
): Promise<ConditionPage> {
  const scope = needScope(question, context);
  const place = cursor === undefined
    ? null
    : readCursor(cursor, { question, at: PLACE });
  const window = await readWindow({ scope, asked: WAITING, place }, context);
  const runs = await lookInto(window.runs, limit, context);
  const groups = fitting(
    runs.map((one) => rowsOf(one, scope, context)),
    roomForConditions(scope, context),
  );
  const { by } = WAITING;
  const next = nextPlace(window, { shown: groups.length, place, by });
  const isNone = !place && window.runs.length === 0;
  const { project, domain } = showScope(scope);
  return {
    scope,
    whose: `${project}/${domain}`,
    conditions: groups.flat(),
    cursor: next && makeCursor(question, next),
    empty: isNone
      ? "no run waits for a person"
      : "those that waited were answered meanwhile",
    elsewhere: isNone ? await countElsewhere(scope, WAITING, context) : null,
  };
}

/** Looks into runs, one after the other, until there are enough conditions. */
async function lookInto(
  all: readonly Run[],
  limit: number,
  context: ToolContext,
): Promise<WaitingRun[]> {
  const runs: WaitingRun[] = [];
  while (runs.length < all.length && countOf(runs) < limit) {
    const some = await forEachOf(
      all.slice(runs.length, runs.length + AT_ONCE),
      (run) => readRun(run, Math.min(MAX_OF_RUN, limit), context),
    );
    const kept = within(some, limit - countOf(runs));
    runs.push(...kept);
    if (kept.length < some.length) break;
  }
  return runs;
}

function countOf(runs: readonly WaitingRun[]): number {
  return runs.reduce((sum, { conditions }) => sum + conditions.length, 0);
}

/** The first runs, with no more than `room` conditions between them. */
function within(runs: readonly WaitingRun[], room: number): WaitingRun[] {
  return runs.filter((_, index) => countOf(runs.slice(0, index + 1)) <= room);
}

async function readRun(
  { action }: Run,
  limit: number,
  context: ToolContext,
): Promise<WaitingRun> {
  const run = action?.id?.run;
  if (!run) return { conditions: [], hasMore: false };
  const { ids } = await listConditionIds(
    run,
    { waitingOnly: true, limit: limit + 1 },
    context,
  );
  const conditions = await readConditions(ids.slice(0, limit), context);
  return { conditions, hasMore: ids.length > limit };
}

function rowsOf(
  { conditions, hasMore }: WaitingRun,
  scope: Scope,
  context: ToolContext,
): ConditionRow[] {
  return conditions.map((one, index) => ({
    ...conditionRow(one, { runId: one.id?.run, scope, context }),
    // The call with `run` shows the others.
    ...hasMore && index === conditions.length - 1 && { run_has_more: true },
  }));
}
