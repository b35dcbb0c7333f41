import { z } from "zod";
import type { Task } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { personOf } from "../../client/people.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { FIRST_PLACE, nextPlace, PAGE_PLACE } from "../page_place.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT } from "../parameters.ts";
import { needPlace, type Scope, showScope } from "../scope.ts";
import {
  keepEntryPoints,
  readTasks,
  type TaskPage,
  whyNoTasks,
} from "./task_pages.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

/** Characters of a description in a list. */
const MAX_DESCRIPTION = 160;

/** Tasks that are looked at for entry points in one call. */
const ENTRY_POINT_PAGE = 100;

export const listTasks = defineTool({
  name: "list_tasks",
  title: "List Flyte tasks",
  toolset: "tasks",
  description:
    "Tasks deployed in a project and domain, by name: latest version, when it was deployed, description, triggers. `query` is a part of the name. 25 a page; `next_cursor` as `cursor` for more. For inputs, versions and resources of one, get_task.",
  input: {
    project: PROJECT,
    domain: DOMAIN,
    query: z.string().min(1).max(200).optional().describe(
      "Part of the name, in any case",
    ),
    entry_points: z.boolean().default(false).describe(
      "Only those that their authors marked as such",
    ),
    limit: limitParameter(25),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    tasks: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const scope = needPlace(question, context);
    const place = cursor === undefined
      ? FIRST_PLACE
      : readCursor(cursor, { question, at: PAGE_PLACE });
    const page = await readTasks(
      {
        scope,
        query: question.query,
        entryPoints: question.entry_points,
        token: place.token,
        limit: question.entry_points ? ENTRY_POINT_PAGE : limit,
      },
      context,
    );
    const tasks = question.entry_points
      ? await keepEntryPoints(page.tasks, context)
      : page.tasks;
    const entries = fitting(
      tasks.slice(place.shown, place.shown + limit).map(describe),
      roomBeside({ scope: showScope(scope) }, context.maxResultBytes),
    );
    const next = nextPlace(place, {
      shown: place.shown + entries.length,
      found: tasks.length,
      token: page.token,
    });
    const empty = entries.length === 0
      ? await whyEmpty(page, { scope, question, isFirst: !cursor, context })
      : null;
    return answer(entries, {
      scope,
      empty,
      cursor: next && makeCursor(question, next),
    });
  },
});

async function whyEmpty(
  page: TaskPage,
  { scope, question, isFirst, context }: {
    scope: Scope;
    question: { query?: string | undefined; entry_points: boolean };
    isFirst: boolean;
    context: ToolContext;
  },
): Promise<string> {
  if (page.tasks.length > 0 && question.entry_points) {
    const { length } = page.tasks;
    return length === 1
      ? "the one task looked at is not marked as an entry point"
      : `none of the ${length} tasks looked at is marked as an entry point`;
  }
  if (page.token !== "") return "this page has none";
  if (!isFirst) return "this was the last page";
  return await whyNoTasks(scope, question.query, context);
}

function describe({ taskId, metadata }: Task) {
  const { deployedAt, deployedBy, shortDescription } = metadata ?? {};
  return {
    name: nameOf(taskId?.name ?? ""),
    version: nameOf(taskId?.version ?? "") || null,
    deployed_at: isoTime(deployedAt),
    ...deployedBy && { deployed_by: personOf(deployedBy) },
    description: shortDescription
      ? quote(shortDescription, MAX_DESCRIPTION)
      : null,
    triggers: triggersOf(metadata),
  };
}

/** How many triggers a task has; `null`: none. */
function triggersOf(metadata: Task["metadata"]) {
  const summary = metadata?.triggersSummary?.summary;
  switch (summary?.case) {
    case "details":
      return { total: 1, active: summary.value.active ? 1 : 0 };
    case "stats":
      return { total: summary.value.total, active: summary.value.active };
    case undefined:
      return null;
  }
}

function answer(
  tasks: readonly ReturnType<typeof describe>[],
  { scope, empty, cursor }: {
    scope: Scope;
    empty: string | null;
    cursor: string | null;
  },
): Answer {
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  const count = `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`;
  const more = cursor ? "; next_cursor has more" : "";
  return {
    text: empty === null
      ? `${count} of ${where}, by name${more}.`
      : `No tasks in ${where}: ${empty}${more}.`,
    data: {
      status: "ok",
      scope: shown,
      tasks,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}
