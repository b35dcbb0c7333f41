import { nameOf } from "../../text.ts";
import { fitting } from "../budget.ts";
import {
  type ConditionPage,
  type ConditionQuestion,
  conditionRow,
  roomForConditions,
} from "./condition_page.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { FIRST_PLACE, nextPlace, PAGE_PLACE } from "../page_place.ts";
import { findRun } from "../runs/find_run.ts";
import { listConditionIds, readConditions } from "./read_conditions.ts";
import type { ToolContext } from "../tool.ts";

/** Names of conditions read at a time. */
const NAMES = 100;

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
    ? FIRST_PLACE
    : readCursor(cursor, { question, at: PAGE_PLACE });
  const tool = "list_conditions";
  const given = asked;
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
