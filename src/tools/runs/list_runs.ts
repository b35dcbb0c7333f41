import { z } from "zod";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { describeCounts } from "../../client/actions/action_counts.ts";
import { PHASES } from "../../client/phases.ts";
import { isoTimeOf } from "../../client/times.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { withTaskNamed } from "../tasks/find_task.ts";
import {
  CURSOR,
  DOMAIN,
  limitParameter,
  PROJECT,
  TASK,
} from "../parameters.ts";
import {
  countElsewhere,
  type Elsewhere,
  elsewhereWords,
  whyEmpty,
} from "./run_absence.ts";
import { conditionsOf, type RunConditions } from "./run_conditions.ts";
import type { TimeColumn } from "./run_pages.ts";
import { subjectsOf } from "./run_people.ts";
import { nextPlace, PLACE, readWindow, type RunWindow } from "./run_place.ts";
import { describeRunRow } from "./run_row.ts";
import { needScope, type Scope, showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

/** A word to find runs by. */
function text(max: number) {
  return z.string().min(1).max(max).optional();
}

/** A time or a length of time; what it may be is told where it is read. */
function time() {
  return z.string().max(40).optional();
}

export const listRuns = defineTool({
  name: "list_runs",
  title: "List Flyte runs",
  toolset: "runs",
  description:
    'Runs of a project and domain, newest first: counts by phase, then name, phase, task, times, who. Say which by `phases`, `since` ("24h" or RFC 3339), `task`, `started_by` and the like. 20 a page; `next_cursor` as `cursor` for more. For why one failed, diagnose_run.',
  input: {
    project: PROJECT.describe(
      'Project id, or "*" for all; the configured one unless given',
    ),
    domain: DOMAIN.describe(
      'Domain id, or "*" for all; the configured one unless given',
    ),
    phases: z.array(z.enum(PHASES)).max(PHASES.length).optional().describe(
      "Only runs in these phases",
    ),
    since: time().describe(
      'An age such as "30m", "24h", "7d", or an RFC 3339 time',
    ),
    until: time().describe("The end of that, in the same form"),
    time_field: z.enum(["started", "ended"]).optional().describe(
      "Which time counts; `ended` if all `phases` end a run",
    ),
    longer_than: time().describe(
      'Took longer, such as "2h"; without `phases`, those that go on',
    ),
    query: text(63).describe("Part of the run's name"),
    task: TASK.optional(),
    version: text(63).describe("Task version"),
    started_by: text(255).describe(
      '"me", or a person as `by` shows them, or their subject',
    ),
    trigger: text(255).describe("Name of the trigger that started them"),
    paused_only: z.boolean().optional().describe(
      "Only runs that wait for a person",
    ),
    limit: limitParameter(20),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    time_field: z.string(),
    counts: z.looseObject({}).nullable(),
    runs: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
    in_other_domains: z.array(z.looseObject({})).nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const meant = withTaskNamed(question, context);
    const scope = needScope(meant, context);
    const place = cursor === undefined
      ? null
      : readCursor(cursor, { question, at: PLACE });
    const now = context.clock.now();
    const subjects = await subjectsOf(question.started_by, scope, context);
    const asked = conditionsOf(meant, { now, subjects });
    const window = await readWindow({ scope, asked, place }, context);
    const counts = place ? null : countsOf(window);
    const beside = { scope: showScope(scope), counts };
    const entries = fitting(
      window.runs.slice(0, limit).map((run) => describeRunRow(run, scope)),
      roomBeside(beside, context.maxResultBytes),
    );
    const { by } = asked;
    const next = nextPlace(window, { shown: entries.length, place, by });
    const isNone = window.runs.length === 0 && !place;
    return answer(entries, {
      scope,
      now,
      by,
      counts,
      absence: isNone ? await explain(scope, asked, context) : null,
      cursor: next && makeCursor(question, next),
    });
  },
});

/** Why there is nothing. */
interface Absence {
  readonly because: string;
  readonly elsewhere: readonly Elsewhere[];
}

async function explain(
  scope: Scope,
  asked: RunConditions,
  context: ToolContext,
): Promise<Absence> {
  const [because, elsewhere] = await Promise.all([
    whyEmpty(scope, asked, context),
    countElsewhere(scope, asked, context),
  ]);
  return { because, elsewhere };
}

/** By phase; `complete` is false where only the latest runs were counted. */
function countsOf({ runs, token }: RunWindow) {
  const byPhase = new Map<ActionPhase, number>();
  for (const { action } of runs) {
    const phase = action?.status?.phase ?? ActionPhase.UNSPECIFIED;
    byPhase.set(phase, (byPhase.get(phase) ?? 0) + 1);
  }
  if (runs.length === 0) return { total: 0, by_phase: {}, complete: true };
  return describeCounts({ byPhase, complete: token === "" });
}

function answer(
  runs: readonly ReturnType<typeof describeRunRow>[],
  { scope, now, by, counts, absence, cursor }: {
    scope: Scope;
    now: number;
    by: TimeColumn;
    counts: ReturnType<typeof countsOf> | null;
    absence: Absence | null;
    cursor: string | null;
  },
): Answer {
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  return {
    text: runs.length === 0
      ? `No runs in ${where}: ${absenceWords(absence)}.`
      : `${runs.length} ${
        runs.length === 1 ? "run" : "runs"
      } of ${where}, newest first${countWords(runs.length, counts)}${
        cursor ? "; next_cursor has more" : ""
      }.`,
    data: {
      status: "ok",
      scope: shown,
      now: isoTimeOf(now),
      time_field: by === "ended_at" ? "ended" : "started",
      counts,
      runs,
      next_cursor: cursor,
      empty_because: absence?.because ?? null,
      in_other_domains: absence?.elsewhere ?? null,
    },
  };
}

function countWords(
  shown: number,
  counts: ReturnType<typeof countsOf> | null,
): string {
  const all = counts?.total ?? 0;
  const least = counts?.complete ? "" : "at least ";
  return all > shown ? `; ${least}${all} match` : "";
}

function absenceWords(absence: Absence | null): string {
  if (!absence) return "this was the last page";
  const others = elsewhereWords(absence.elsewhere);
  return others === ""
    ? absence.because
    : `${absence.because}; the same question finds ${others}`;
}
