import { nameOf } from "../../text.ts";
import type { RunConditions } from "./run_conditions.ts";
import { readRuns, type RunCondition } from "./run_pages.ts";
import { EVERY, type Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Which condition emptied a page: the one without which there are runs. */
export async function whyEmpty(
  scope: Scope,
  { conditions, by }: RunConditions,
  context: ToolContext,
): Promise<string> {
  const any = async (kept: readonly RunCondition[]) => {
    const limit = 1;
    const page = await readRuns(
      { scope, conditions: kept, by, limit },
      context,
    );
    return page.runs.length > 0;
  };
  if (conditions.length === 0 || !await any([])) {
    return "this project and domain have no runs at all; list_projects has the valid projects and domains";
  }
  const names = argumentsOf(conditions);
  if (names.length === 1) return `no run passes ${told(names).join("")}`;
  const without = await Promise.all(
    names.map(async (name) => {
      const kept = conditions.filter(({ argument }) => argument !== name);
      return await any(kept) ? [name] : [];
    }),
  );
  const guilty = told(without.flat());
  return guilty.length > 0
    ? `there are runs without ${guilty.join(", or without ")}`
    : `no run passes ${told(names).join(" and ")}`;
}

function argumentsOf(conditions: readonly RunCondition[]): string[] {
  return [...new Set(conditions.map(({ argument }) => argument))];
}

function told(names: readonly string[]): string[] {
  return names.map((name) =>
    `the filter ${name}${
      name === "started_by" ? ' (an email, a subject or "me")' : ""
    }`
  );
}

/** How many runs another domain has. */
export interface Elsewhere {
  readonly domain: string;
  readonly runs: number;
  /** Whether there may be more than were counted. */
  readonly at_least?: true;
}

/** In words, such as `at least 200 in production`; empty: nowhere else. */
export function elsewhereWords(elsewhere: readonly Elsewhere[]): string {
  return elsewhere.map(({ domain, runs, at_least: more }) =>
    `${more ? "at least " : ""}${runs} in ${domain}`
  ).join(", ");
}

/** The same question in the other domains: those that have runs, most first. */
export async function countElsewhere(
  scope: Scope,
  { conditions, by }: RunConditions,
  context: ToolContext,
): Promise<Elsewhere[]> {
  if (scope.domain === EVERY) return [];
  const wide = { ...scope, domain: EVERY };
  const page = await readRuns({ scope: wide, conditions, by }, context);
  const byDomain = Map.groupBy(
    page.runs,
    ({ action }) => action?.id?.run?.domain ?? "",
  );
  byDomain.delete(scope.domain);
  return [...byDomain]
    .map(([domain, { length }]) => ({
      domain: nameOf(domain),
      runs: length,
      ...(page.token !== "" && { at_least: true } as const),
    }))
    .sort((a, b) => b.runs - a.runs);
}
