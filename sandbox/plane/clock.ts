import { create } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";

/** Microseconds since 1970: the resolution of Flyte's PostgreSQL columns. */
export type Micros = number;

const MICROS_PER_MS = 1_000;
const MICROS_PER_SECOND = 1_000_000;
const NANOS_PER_MICRO = 1_000;

/**
 * Readings of a clock in milliseconds as strictly increasing microseconds, so
 * that no two rows of the plane ever share a time and orders by time are total.
 */
export function createReadings(now: () => number): () => Micros {
  let last = 0;
  return () => {
    last = Math.max(Math.floor(now() * MICROS_PER_MS), last + 1);
    return last;
  };
}

/** A stored time as the IDL writes it. */
export function toTimestamp(time: Micros): Timestamp {
  const seconds = Math.floor(time / MICROS_PER_SECOND);
  return create(TimestampSchema, {
    seconds: BigInt(seconds),
    nanos: (time - seconds * MICROS_PER_SECOND) * NANOS_PER_MICRO,
  });
}

/** A time of the IDL as a column stores it: rounded to microseconds. */
export function fromTimestamp(time: Timestamp): Micros {
  return Number(time.seconds) * MICROS_PER_SECOND +
    Math.round(time.nanos / NANOS_PER_MICRO);
}

/** The same, or `null` where the message leaves the time out. */
export function optionalMicros(time: Timestamp | undefined): Micros | null {
  return time === undefined ? null : fromTimestamp(time);
}

/** Whole milliseconds between two times, rounded as PostgreSQL rounds. */
export function durationMs(start: Micros, end: Micros): number {
  return Math.round((end - start) / MICROS_PER_MS);
}
