import { type CronSchedule, parseCron } from "./cron.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Flyte's scheduler looks no further ahead either. */
const MAX_YEARS = 5;

/** A transition this far from a day cannot reach into it. */
const MARGIN_MS = 4 * HOUR_MS;

/** Which times are asked for. */
export interface NextTimes {
  /** An IANA name; empty: UTC, by which Flyte's scheduler goes. */
  readonly timezone: string;
  /** Milliseconds since the epoch. */
  readonly after: number;
  readonly count: number;
}

/**
 * When a cron expression is due next, in milliseconds since the epoch: whenever
 * a clock on the wall shows the time. What it shows twice when it is put back
 * is due twice, and what it leaves out when it is put forward is not due, for
 * so does Flyte's scheduler.
 *
 * @returns `null` for an expression or a time zone that cannot be read; fewer
 * than asked for where no more can be told exactly
 */
export function nextTimes(
  expression: string,
  { timezone, after, count }: NextTimes,
): number[] | null {
  const schedule = parseCron(expression);
  const zone = zoneOf(timezone || "UTC");
  if (!schedule || !zone) return null;
  const times: number[] = [];
  const today = after + offsetAt(after, zone);
  const end = new Date(after).setUTCFullYear(
    new Date(after).getUTCFullYear() + MAX_YEARS,
  );
  // A clock that was put back at midnight still has some of yesterday to show.
  const first = today - (today % DAY_MS) - DAY_MS;
  if (!isEverDue(schedule, first, end)) return [];
  for (let day = first; day < end && times.length < count; day += DAY_MS) {
    const offsets = offsetsOf(day, zone);
    if (!isPlain(day, offsets, zone)) break;
    if (!schedule.isDay(new Date(day))) continue;
    const own = timesOf(day, schedule, { offsets, zone });
    times.push(...own.filter((time) => time > after));
  }
  return times.slice(0, count);
}

/** Asking a zone for each day takes long, and 30 February never comes. */
function isEverDue(
  { isDay }: CronSchedule,
  first: number,
  end: number,
): boolean {
  for (let day = first; day < end; day += DAY_MS) {
    if (isDay(new Date(day))) return true;
  }
  return false;
}

/** How far the zone's clock is ahead on a day: once, or before and after a change. */
function offsetsOf(day: number, zone: Intl.DateTimeFormat): number[] {
  const start = day - offsetAt(day, zone);
  const edges = [start - MARGIN_MS, start + DAY_MS + MARGIN_MS];
  return [...new Set(edges.map((time) => offsetAt(time, zone)))];
}

/**
 * Whether it is certain how Flyte's scheduler counts a day: it loses its way
 * where there is no midnight, and where a clock that does not go by whole hours
 * is changed.
 */
function isPlain(
  day: number,
  offsets: readonly number[],
  zone: Intl.DateTimeFormat,
): boolean {
  if (offsets.length === 1) return true;
  const isWhole = offsets.every((offset) => offset % HOUR_MS === 0);
  return isWhole &&
    offsets.some((offset) => offsetAt(day - offset, zone) === offset);
}

/** Every time that is meant on a day. */
function timesOf(
  day: number,
  { hours, minutes }: CronSchedule,
  { offsets, zone }: { offsets: readonly number[]; zone: Intl.DateTimeFormat },
): number[] {
  const shown = hours.flatMap((hour) =>
    minutes.map((minute) => day + hour * HOUR_MS + minute * MINUTE_MS)
  );
  const [only] = offsets;
  if (offsets.length === 1 && only !== undefined) {
    return shown.map((wall) => wall - only);
  }
  return offsets.flatMap((offset) =>
    shown.map((wall) => wall - offset)
      .filter((time) => offsetAt(time, zone) === offset)
  ).sort((a, b) => a - b);
}

/** What shows the time of a zone; `null`: nobody knows it here. */
function zoneOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, hourCycle: "h23", era: "short" },
      ...{ year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** How far a zone's clock is ahead of UTC, in milliseconds. */
function offsetAt(time: number, zone: Intl.DateTimeFormat): number {
  const parts = new Map(
    zone.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
  );
  const at = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(
    ...[at("year"), at("month") - 1, at("day")] as const,
    ...[at("hour"), at("minute"), at("second")] as const,
  );
  return shown - (time - time % 1000);
}
