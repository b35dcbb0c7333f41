import { timestampMs } from "@bufbuild/protobuf/wkt";
import { z } from "zod";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import type { Run } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { personOf } from "../client/people.ts";
import { isTerminal, phaseName, PHASES } from "../client/phases.ts";
import { humanDuration, isoTime, isoTimeOf } from "../client/times.ts";
import { nameOf } from "../text.ts";
import { fitting } from "./budget.ts";
import { makeCursor, readCursor } from "./cursor.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT } from "./parameters.ts";
import {
  beforeFilter,
  filtersOf,
  readRuns,
  type RunFilter,
  whyEmpty,
} from "./run_filters.ts";
import { needScope, type Scope, showScope } from "./scope.ts";
import { type Answer, defineTool, READS } from "./tool.ts";

/** Where the next page starts. */
const PLACE = z.object({
  token: z.string(),
  /** The last run of the page before. */
  last: z.string().nullable(),
  /** RFC 3339: runs that began later were not there for the first page. */
  before: z.string().nullable(),
});

export const listRuns = defineTool({
  name: "list_runs",
  title: "List Flyte runs",
  toolset: "runs",
  description:
    'Runs of a project and domain, newest first: name, phase, task, times, who. `phases`, `since` ("24h" or RFC 3339), `task` narrow it. 20 a page; `next_cursor` as `cursor` for more.',
  input: {
    project: PROJECT,
    domain: DOMAIN,
    phases: z.array(z.enum(PHASES)).max(PHASES.length).optional().describe(
      "Only runs in one of these phases",
    ),
    since: z.string().max(40).optional().describe(
      'Only runs created since: an age such as "30m", "24h", "7d", or an RFC 3339 time',
    ),
    task: z.string().min(1).max(255).optional().describe(
      "Only runs of this task: its name, or the part after the environment",
    ),
    limit: limitParameter(20),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    runs: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const scope = needScope(question, context);
    const place = cursor === undefined
      ? null
      : readCursor(cursor, { question, at: PLACE });
    const filters = filtersOf(question, context.clock.now());
    const page = await readRuns({
      scope,
      filters: [...filters, ...begunBefore(place?.before)],
      limit,
      token: place?.token ?? "",
    }, context);
    const runs = afterLast(page.runs, place?.last);
    const entries = fitting(runs.map(describe));
    const isCut = entries.length < runs.length;
    const empty = runs.length === 0 && !place
      ? await whyEmpty(scope, filters, context)
      : null;
    const next = {
      // A page that was cut is read again, and goes on after its last run.
      token: isCut ? place?.token ?? "" : page.token,
      last: isCut ? nameAt(runs, entries.length - 1) : nameAt(page.runs, -1),
      before: place ? place.before : justAfter(page.runs[0]),
    };
    const more = isCut || page.token !== "";
    return answer(entries, {
      scope,
      now: context.clock.now(),
      empty,
      cursor: more ? makeCursor(question, next) : null,
    });
  },
});

function nameAt(runs: readonly Run[], index: number): string | null {
  return runs.at(index)?.action?.id?.run?.name ?? null;
}

/**
 * Tokens are offsets and new runs come in front, so later pages count from the
 * run that was the newest for the first page.
 */
function begunBefore(time: string | null | undefined): RunFilter[] {
  return time ? [beforeFilter(time)] : [];
}

/** A millisecond after a run began, for it began at some microsecond. */
function justAfter(run: Run | undefined): string | null {
  const time = run?.action?.status?.startTime;
  return time ? isoTimeOf(timestampMs(time) + 1) : null;
}

/**
 * A run's beginning may still be moved back, so that a page may start with
 * runs that were shown: those up to the last one are dropped.
 */
function afterLast(
  runs: readonly Run[],
  last: string | null | undefined,
): Run[] {
  if (!last) return [...runs];
  const at = runs.findIndex(({ action }) => action?.id?.run?.name === last);
  return runs.slice(at + 1);
}

function answer(
  runs: readonly ReturnType<typeof describe>[],
  { scope, now, empty, cursor }: {
    scope: Scope;
    now: number;
    empty: string | null;
    cursor: string | null;
  },
): Answer {
  const count = `${runs.length} ${runs.length === 1 ? "run" : "runs"}`;
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  const more = cursor ? "; next_cursor has more" : "";
  return {
    text: runs.length === 0
      ? `No runs in ${where}: ${empty ?? "this was the last page"}.`
      : `${count} of ${where}, newest first${more}.`,
    data: {
      status: "ok",
      scope: shown,
      now: isoTimeOf(now),
      runs,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}

function describe({ action }: Run) {
  const { metadata, status } = action ?? {};
  const task = metadata?.spec.case === "task" ? metadata.spec.value : undefined;
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  return {
    name: nameOf(action?.id?.run?.name ?? ""),
    phase: phaseName(phase),
    task: nameOf(task?.id?.name || metadata?.funtionName || "") || null,
    version: nameOf(task?.id?.version ?? "") || null,
    started_at: isoTime(status?.startTime),
    ended_at: isTerminal(phase) ? isoTime(status?.endTime) : null,
    duration: isTerminal(phase) && status?.durationMs !== undefined
      ? humanDuration(Number(status.durationMs))
      : null,
    by: personOf(metadata?.executedBy),
  };
}
