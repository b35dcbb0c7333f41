import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

const SECOND_NS = 1_000_000_000n;
const MINUTE_NS = 60n * SECOND_NS;
const HOUR_NS = 60n * MINUTE_NS;

/** The first and last second that RFC 3339 can write: years 0 to 9999. */
const FIRST_SECOND = -62_167_219_200n;
const LAST_SECOND = 253_402_300_799n;

/** Nanoseconds of a stamp since 1970, or of a duration; any value is taken. */
export function nanoseconds(
  { seconds, nanos }: Pick<Timestamp | Duration, "seconds" | "nanos">,
): bigint {
  return seconds * SECOND_NS + BigInt(nanos);
}

/**
 * Nanoseconds since 1970 as RFC 3339 in UTC, with as many digits as the time
 * has: `2026-11-01T12:00:00Z`, `2026-11-01T12:00:00.250Z`.
 */
export function exactTime(ns: bigint): string {
  const rest = ((ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const seconds = (ns - rest) / SECOND_NS;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
    return `${seconds} s since 1970-01-01T00:00:00Z`;
  }
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const digits = rest.toString().padStart(9, "0").replace(/(000)+$/, "");
  return digits === "" ? `${whole}Z` : `${whole}.${digits}Z`;
}

/**
 * A duration without rounding, in Go's syntax, which Flyte's launch forms show
 * and take: `5m0s`, `1h30m0s`, `1.5s`, `250ms`.
 */
export function exactDuration(ns: bigint): string {
  if (ns < 0n) return `-${exactDuration(-ns)}`;
  if (ns === 0n) return "0s";
  if (ns < 1_000n) return `${ns}ns`;
  if (ns < 1_000_000n) return `${decimal(ns, 1_000n)}µs`;
  if (ns < SECOND_NS) return `${decimal(ns, 1_000_000n)}ms`;
  const seconds = `${decimal(ns % MINUTE_NS, SECOND_NS)}s`;
  if (ns < MINUTE_NS) return seconds;
  const minutes = `${(ns % HOUR_NS) / MINUTE_NS}m${seconds}`;
  return ns < HOUR_NS ? minutes : `${ns / HOUR_NS}h${minutes}`;
}

/** `value / unit` in decimals, without zeros at its end; `unit` is a power of ten. */
function decimal(value: bigint, unit: bigint): string {
  const width = unit.toString().length - 1;
  const digits = (value % unit).toString().padStart(width, "0")
    .replace(/0+$/, "");
  const whole = (value / unit).toString();
  return digits === "" ? whole : `${whole}.${digits}`;
}
