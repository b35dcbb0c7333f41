import { z } from "zod";
import { nameOf } from "../../text.ts";
import { fitting } from "../budget.ts";
import {
  type ConditionPage,
  type ConditionQuestion,
  conditionRow,
  roomForConditions,
} from "./condition_page.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { findRun } from "../runs/find_run.ts";
import { listConditionIds, readConditions } from "./read_conditions.ts";
import { EVERY } from "../runs/run_pages.ts";
import type { ScopeArguments } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Names of conditions read at a time. */
const NAMES = 100;

/** Where a page starts: a page of names, and how many of it were shown. */
const PLACE = z.object({ token: z.string(), shown: z.number().int().min(0) });

type Place = z.output<typeof PLACE>;

/**
 * A page of a run's conditions, the oldest first.
 *
 * @throws {ToolError} what `findRun` throws, or `invalid_argument`
 */
export async function conditionsOfRun(
  run: string,
  { limit, cursor, ...asked }: ConditionQuestion,
  context: ToolContext,
): Promise<ConditionPage> {
  const question = { run, ...asked };
  const place = cursor === undefined
    ? { token: "", shown: 0 }
    : readCursor(cursor, { question, at: PLACE });
  const tool = "list_conditions";
  const given = withoutEvery(asked);
  const { details, scope } = await findRun(run, { given, tool, context });
  const runId = details.action?.id?.run;
  if (!runId) throw new TypeError("A run without its root action");
  const waitingOnly = asked.waiting_only;
  const { ids, token } = await listConditionIds(
    runId,
    { waitingOnly, limit: NAMES, token: place.token },
    context,
  );
  const some = ids.slice(place.shown, place.shown + limit);
  const read = await readConditions(some, context);
  const rows = read.map((one) => conditionRow(one, { runId, scope, context }));
  const conditions = fitting(rows, roomForConditions(scope, context));
  // Those that are gone were passed over, unless the page was cut.
  const isCut = conditions.length < rows.length;
  const shown = place.shown + (isCut ? conditions.length : some.length);
  const next = nextPlace(place, { shown, found: ids.length, token });
  return {
    scope,
    whose: `run ${nameOf(runId.name)}`,
    conditions,
    cursor: next && makeCursor(question, next),
    empty: waitingOnly
      ? "none of its conditions waits now"
      : "it has asked nobody anything",
    elsewhere: null,
  };
}

/** A run is in one project and domain: "*" says no more than nothing. */
function withoutEvery({ project, domain }: ScopeArguments): ScopeArguments {
  return {
    project: project === EVERY ? undefined : project,
    domain: domain === EVERY ? undefined : domain,
  };
}

/** The rest of these names, else the names after them. */
function nextPlace(
  { token }: Place,
  page: { shown: number; found: number; token: string },
): Place | null {
  if (page.shown < page.found) return { token, shown: page.shown };
  return page.token === "" ? null : { token: page.token, shown: 0 };
}
