import { z } from "zod";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isoTimeOf } from "../../client/times.ts";
import { beforeCondition, type RunConditions } from "./run_conditions.ts";
import { readRuns, type TimeColumn } from "./run_pages.ts";
import { keyOf, timeOf } from "./run_row.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Where a page starts. */
export const PLACE = z.object({
  token: z.string(),
  /** The last run of the page before, and its time in milliseconds. */
  last: z.string(),
  at: z.number().nullable(),
  /** RFC 3339: runs of later were not there for the first page. */
  before: z.string().nullable(),
});

/** Where a page starts; `null`: at the latest run. */
export type Place = z.output<typeof PLACE> | null;

/** As many runs as Flyte gives at a time, of which a page shows a part. */
export interface RunWindow {
  readonly runs: readonly Run[];
  /** Where Flyte goes on; empty at the end. */
  readonly token: string;
}

/**
 * Reads the runs from a place on. Tokens are offsets and new runs come in
 * front, so later pages count from the run that was the first one then.
 */
export async function readWindow(
  { scope, asked: { conditions, by }, place }: {
    scope: Scope;
    asked: RunConditions;
    place: Place;
  },
  context: ToolContext,
): Promise<RunWindow> {
  const begun = place?.before ? [beforeCondition(place.before, by)] : [];
  const page = await readRuns({
    scope,
    conditions: [...conditions, ...begun],
    by,
    token: place?.token ?? "",
  }, context);
  return { ...page, runs: afterLast(page.runs, place, by) };
}

/**
 * A window starts with runs that were shown: those up to the last one are
 * dropped, or, where that one has changed and is no longer asked for, those
 * of later than it.
 */
function afterLast(
  runs: readonly Run[],
  place: Place,
  by: TimeColumn,
): readonly Run[] {
  if (!place) return runs;
  const at = runs.findIndex((run) => keyOf(run) === place.last);
  if (at >= 0) return runs.slice(at + 1);
  const { at: time } = place;
  if (time === null) return runs;
  return runs.filter((run) => (timeOf(run, by) ?? 0) <= time);
}

/** Where the next page starts; `null`: this was the last one. */
export function nextPlace(
  { runs, token }: RunWindow,
  { shown, place, by }: { shown: number; place: Place; by: TimeColumn },
): Place {
  const isCut = shown < runs.length;
  const last = isCut ? runs[shown - 1] : runs.at(-1);
  if (!isCut && token === "") return null;
  return {
    // A window that was not shown to its end is read again.
    token: isCut ? place?.token ?? "" : token,
    last: last ? keyOf(last) : place?.last ?? "",
    at: last ? timeOf(last, by) : place?.at ?? null,
    before: place ? place.before : justAfter(runs[0], by),
  };
}

/** A millisecond after a run's time, which has microseconds. */
function justAfter(run: Run | undefined, by: TimeColumn): string | null {
  const time = run ? timeOf(run, by) : null;
  return time === null ? null : isoTimeOf(time + 1);
}
