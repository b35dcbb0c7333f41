import { z } from "zod";
import type { Trigger } from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { automationText } from "../../client/automation/automation.ts";
import { upcomingTimes } from "../../client/automation/automation_details.ts";
import { isoTime, isoTimeOf } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { whyNothing } from "../other_domains.ts";
import { FIRST_PLACE, nextPlace, PAGE_PLACE } from "../page_place.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT } from "../parameters.ts";
import { needPlace, type Scope, showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";
import { readTriggers, type TriggerQuestion } from "./trigger_pages.ts";

/** Triggers read at a time. */
const WINDOW = 100;

export const listTriggers = defineTool({
  name: "list_triggers",
  title: "List Flyte triggers",
  toolset: "triggers",
  description:
    "Triggers of a project and domain, by task and name: whether active, what starts them (cron with its time zone, a rate, an artifact), when they are due next and were last started. Narrow by `task`, `query`, `active_only`. For inputs and the runs of one, get_trigger.",
  input: {
    project: PROJECT,
    domain: DOMAIN,
    task: z.string().min(1).max(255).optional().describe(
      "Task name, or the part after the environment",
    ),
    query: z.string().min(1).max(200).optional().describe(
      "Part of the trigger's name, in any case",
    ),
    active_only: z.boolean().default(false).describe(
      "Leave out triggers that are switched off",
    ),
    limit: limitParameter(25),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    triggers: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const scope = needPlace(question, context);
    const place = cursor === undefined
      ? FIRST_PLACE
      : readCursor(cursor, { question, at: PAGE_PLACE });
    const { task, query, active_only: activeOnly } = question;
    const asked = { task, query, activeOnly };
    const at = { scope, limit: WINDOW, token: place.token };
    const page = await readTriggers(asked, at, context);
    const now = context.clock.now();
    const entries = fitting(
      page.triggers.slice(place.shown, place.shown + limit)
        .map((one) => describe(one, now)),
      roomBeside({ scope: showScope(scope) }, context.maxResultBytes),
    );
    const next = nextPlace(place, {
      shown: place.shown + entries.length,
      found: page.triggers.length,
      token: page.token,
    });
    const isNone = entries.length === 0 && !next;
    return answer(entries, {
      scope,
      now,
      empty: isNone
        ? cursor
          ? "this was the last page"
          : await whyEmpty(asked, scope, context)
        : null,
      cursor: next && makeCursor(question, next),
    });
  },
});

function describe(
  { id, status, active, automationSpec }: Trigger,
  now: number,
) {
  const upcoming = { isActive: active, now, count: 1 };
  return {
    name: nameOf(id?.name?.name ?? ""),
    task: nameOf(id?.name?.taskName ?? ""),
    active,
    starts: automationText(automationSpec),
    next_at: upcomingTimes(automationSpec, upcoming)?.[0] ?? null,
    last_started_at: isoTime(status?.triggeredAt),
    deployed_at: isoTime(status?.deployedAt),
  };
}

async function whyEmpty(
  { task, query, activeOnly }: TriggerQuestion,
  scope: Scope,
  context: ToolContext,
): Promise<string> {
  const isNarrow = [task, query].some((one) => one !== undefined) || activeOnly;
  const hasAny = async (scope: Scope) =>
    (await readTriggers({}, { scope, limit: 1 }, context)).triggers.length > 0;
  if (!isNarrow || !await hasAny(scope)) {
    return await whyNothing(scope, { kind: "triggers", hasAny, context });
  }
  const asked = [
    ...task === undefined ? [] : [`of the task "${nameOf(task)}"`],
    ...query === undefined ? [] : [`with "${nameOf(query)}" in its name`],
    ...activeOnly ? ["that is active"] : [],
  ];
  return `there are triggers, but none ${asked.join(" ")}`;
}

function answer(
  triggers: readonly ReturnType<typeof describe>[],
  { scope, now, empty, cursor }: {
    scope: Scope;
    now: number;
    empty: string | null;
    cursor: string | null;
  },
): Answer {
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  const { length } = triggers;
  const active = triggers.filter((one) => one.active).length;
  const count = length === 1 ? "1 trigger" : `${length} triggers`;
  const more = cursor ? "; next_cursor has more" : "";
  return {
    text: empty === null
      ? `${count} of ${where}, ${active} active${more}.`
      : `No triggers in ${where}: ${empty}.`,
    data: {
      status: "ok",
      scope: shown,
      now: isoTimeOf(now),
      triggers,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}
