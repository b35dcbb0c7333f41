import { z } from "zod";
import type { Place } from "../../client/logs/log_line.ts";
import type { Pattern } from "../../client/logs/pattern.ts";
import type { LogRead } from "../../client/logs/pass.ts";
import type { Viewed } from "../../client/logs/view.ts";
import { isoTimeOf } from "../../client/times.ts";
import { makeCursor } from "../cursor.ts";
import { fittingLines } from "./fitting_lines.ts";

/** Where the page of a log goes on, and in which direction. */
export const LOG_PLACE = z.object({
  action: z.string(),
  attempt: z.number().int().min(1),
  way: z.enum(["older", "newer"]),
  time: z.number().int().min(0),
  nth: z.number().int().min(0),
});

/** A place in the log of an attempt, for a cursor. */
export type LogPlace = z.output<typeof LOG_PLACE>;

/** What a page is made of. */
export interface LogPageOptions {
  readonly read: LogRead;
  readonly viewed: Viewed;
  /** Which end of what was found is kept where not all of it fits. */
  readonly part: "tail" | "head";
  readonly pattern: Pattern | null;
  /** Bytes of JSON that the lines may take. */
  readonly bytes: number;
  /** Whether more may be written. */
  readonly goesOn: boolean;
  /** Whether only some lines were asked for, not all of a stretch. */
  readonly isFiltered: boolean;
  readonly cursor: {
    /** The arguments that the cursors belong to. */
    readonly question: unknown;
    readonly action: string;
    readonly attempt: number;
  };
}

/** The page of a log that was not read. */
export const NO_PAGE = {
  text: null,
  lines: 0,
  matches: null,
  lines_read: 0,
  first_time: null,
  last_time: null,
  older_cursor: null,
  newer_cursor: null,
};

/** Lines of a log as they are shown, with the ways on from them. */
export function logPage(options: LogPageOptions) {
  const { read, viewed, cursor } = options;
  const { lines, text } = fittingLines(viewed.lines, options);
  const [first, last] = [lines[0], lines.at(-1)];
  const { question, ...log } = cursor;
  const go = (way: LogPlace["way"], { time, nth }: Place) =>
    makeCursor(question, { ...log, way, time, nth });
  const isCut = lines.length < viewed.lines.length;
  const older = viewed.hasOlder || isCut && options.part === "tail" ||
    // Lines have numbers, so that those before the first need not be seen.
    !options.isFiltered && (first?.number ?? 1) > 1;
  const newer = viewed.hasNewer || isCut && options.part === "head";
  const later = options.goesOn && read.count > 0 ? read.reached : null;
  const end = newer ? last?.last : later;
  return {
    text,
    lines: lines.length,
    matches: viewed.matches,
    lines_read: read.count,
    first_time: isoMicros(first?.first),
    last_time: isoMicros(last?.last),
    older_cursor: first && older ? go("older", first.first) : null,
    newer_cursor: end ? go("newer", end) : null,
  };
}

/** The time of a place, in milliseconds; `null` when it is not known. */
export function isoMicros(place: Place | undefined): string | null {
  return place?.time ? isoTimeOf(Math.floor(place.time / 1000)) : null;
}
