import {
  type Timestamp,
  timestampDate,
  timestampMs,
} from "@bufbuild/protobuf/wkt";

/** RFC 3339 in UTC, without fractions that are zero; `null` when absent. */
export function isoTime(time: Timestamp | undefined): string | null {
  return time ? toIso(timestampDate(time)) : null;
}

/** Milliseconds since the epoch as RFC 3339; `null` stays. */
export function isoTimeOf(ms: number | null): string | null {
  return ms === null ? null : toIso(new Date(ms));
}

function toIso(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}

/** The time between two stamps for a reader; `null` unless both are there. */
export function durationBetween(
  start: Timestamp | undefined,
  end: Timestamp | undefined,
): string | null {
  if (!start || !end) return null;
  return humanDuration(timestampMs(end) - timestampMs(start));
}

/** For example `850ms`, `4.2s`, `5m0s`, `3h12m`, `2d4h`. */
export function humanDuration(ms: number): string {
  const clamped = Math.round(Math.max(0, ms));
  if (clamped < 1000) return `${clamped}ms`;
  const seconds = Math.round(clamped / 1000);
  // Tenths up to where they would round to ten seconds.
  if (clamped < 9950) return `${Number((clamped / 1000).toFixed(1))}s`;
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h${minutes % 60}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}
