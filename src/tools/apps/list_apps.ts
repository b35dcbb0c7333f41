import { z } from "zod";
import type { App } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { APP_STATUSES, statusOf } from "../../client/app_status.ts";
import { nameOf } from "../../text.ts";
import {
  addressOf,
  historyOf,
  imageOf,
  replicasOf,
  stateOf,
  troubleIn,
} from "./app_facts.ts";
import { readApps } from "./app_pages.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT } from "../parameters.ts";
import { appUrl, placesOf } from "../run_reference.ts";
import { EVERY, needScope, type Scope, showScope } from "../scope.ts";
import { sortedPage } from "../sorted_window.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

/** Characters of a reason in a list. */
const MAX_REASON = 200;

/** Where the next page starts. */
const PLACE = z.object({ window: z.string(), after: z.string().nullable() });

export const listApps = defineTool({
  name: "list_apps",
  title: "List Flyte apps",
  toolset: "apps",
  description:
    "Apps (long-running services) of a project and domain, by name: counts by status, then status against desired state, why it is not active, replicas, address, image, who, when. `statuses` and `query` narrow it. For conditions, settings and the log of one, get_app.",
  input: {
    project: PROJECT.describe(
      'Project id, from list_projects, or "*" for all; the configured one unless given',
    ),
    domain: DOMAIN.describe(
      'Domain id, or "*" for all; the configured one unless given',
    ),
    statuses: z.array(z.enum(APP_STATUSES)).max(APP_STATUSES.length).optional()
      .describe(
        "Only apps in one of these; unspecified: nothing was reported yet",
      ),
    query: z.string().min(1).max(100).optional().describe(
      "Part of the app's name, in any case",
    ),
    limit: limitParameter(25),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    counts: z.looseObject({}).nullable(),
    apps: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const scope = needScope(question, context);
    const place = cursor === undefined
      ? { window: "", after: null }
      : readCursor(cursor, { question, at: PLACE });
    const { items, next } = await readApps(scope, place.window, context);
    const asked = items.filter((app) => isAsked(app, question));
    const counts = cursor === undefined ? countsOf(asked, next === null) : null;
    const room = roomBeside({ scope, counts }, context.maxResultBytes);
    const { entries, at } = sortedPage(asked, {
      ...{ place, next, limit, keyOf },
      show: (page) =>
        fitting(page.map((app) => describe(app, scope, context)), room),
    });
    return answer(entries, {
      scope,
      counts,
      empty: entries.length === 0
        ? whyEmpty(items, { question, isFirst: cursor === undefined })
        : null,
      cursor: at && makeCursor(question, at),
    });
  },
});

interface Question {
  readonly domain?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly query?: string | undefined;
}

/** What tells an app from all others, in the order of names. */
function keyOf({ metadata }: App): string {
  const { name, project, domain } = metadata?.id ?? {};
  return [name, project, domain].join("\n");
}

function isAsked(app: App, { statuses, query }: Question): boolean {
  const name = app.metadata?.id?.name ?? "";
  const isNamed = query === undefined ||
    name.toLowerCase().includes(query.toLowerCase());
  return isNamed && (statuses?.includes(statusOf(app)) ?? true);
}

function describe(app: App, scope: Scope, context: ToolContext) {
  const { project, domain, name } = app.metadata?.id ??
    { project: "", domain: "", name: "" };
  const place = {
    project: project || scope.project,
    domain: domain || scope.domain,
    name,
  };
  return {
    name: nameOf(name),
    ...scope.project === EVERY && { project: nameOf(project) },
    ...scope.domain === EVERY && { domain: nameOf(domain) },
    ...stateOf(app),
    trouble: troubleIn(app, MAX_REASON),
    replicas: replicasOf(app),
    address: addressOf(app),
    image: imageOf(app),
    ...historyOf(app),
    url: appUrl(place, placesOf(context)),
  };
}

/** By status; `complete` is false where only some of the apps were counted. */
function countsOf(apps: readonly App[], complete: boolean) {
  const byStatus: Record<string, number> = {};
  for (const status of apps.map(statusOf)) {
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  return { total: apps.length, by_status: byStatus, complete };
}

function whyEmpty(
  items: readonly App[],
  { question, isFirst }: { question: Question; isFirst: boolean },
): string {
  if (!isFirst) return "this page has none";
  if (items.length === 0) {
    return question.domain === EVERY
      ? "there are no apps at all; list_projects has the valid projects"
      : 'this project and domain have no apps; domain "*" looks in all of them, list_projects has the valid ones';
  }
  const { query, statuses = [] } = question;
  const filters = [
    ...query === undefined ? [] : [`has "${nameOf(query)}" in its name`],
    ...statuses.length === 0 ? [] : [`is ${statuses.join(" or ")}`],
  ];
  return `none of the ${items.length} apps ${filters.join(" and ")}`;
}

function answer(
  apps: readonly ReturnType<typeof describe>[],
  { scope, counts, empty, cursor }: {
    scope: Scope;
    counts: ReturnType<typeof countsOf> | null;
    empty: string | null;
    cursor: string | null;
  },
): Answer {
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  const count = `${apps.length} ${apps.length === 1 ? "app" : "apps"}`;
  const more = cursor ? "; next_cursor has more" : "";
  return {
    text: empty === null
      ? `${count} of ${where}, by name${more}.`
      : `No apps in ${where}: ${empty}${more}.`,
    data: {
      status: "ok",
      scope: shown,
      counts,
      apps,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}
