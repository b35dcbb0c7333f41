import { create } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** A time with its zone, as Go's `time.RFC3339` demands; `undefined` for anything else. */
export function parseRfc3339(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, time, fraction = "", zone] = match;
  const ms = Date.parse(`${time}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  const nanos = Number(fraction.slice(0, 9).padEnd(9, "0"));
  return create(TimestampSchema, { seconds: BigInt(ms / 1_000), nanos });
}

/** A time in whole seconds, as Go prints `time.RFC3339`. */
export function formatRfc3339({ seconds }: Timestamp): string {
  const text = new Date(Number(seconds) * 1_000).toISOString();
  return text.replace(/\.\d+Z$/, "Z");
}
