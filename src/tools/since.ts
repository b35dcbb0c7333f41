import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const RFC_3339 =
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * Reads a point in the past: an age ("30m", "24h", "7d") or a time with its
 * offset (RFC 3339), or a date, which is taken as UTC.
 *
 * @returns milliseconds since the epoch, never before it: the server's database
 * does not read such years
 * @throws {ToolError} `invalid_argument`
 */
export function parseSince(text: string, now: number): number {
  const trimmed = text.trim();
  const age = ageOf(trimmed);
  if (age !== null) return Math.max(0, now - age);
  const isTime = RFC_3339.test(trimmed) || /^\d{4}-\d\d-\d\d$/.test(trimmed);
  const time = isTime ? Date.parse(trimmed) : NaN;
  if (!Number.isNaN(time)) return Math.max(0, time);
  const lacksOffset = RFC_3339.test(`${trimmed}Z`);
  throw new ToolError(
    "invalid_argument",
    lacksOffset
      ? `"${
        nameOf(text, 40)
      }" does not say in which time zone: Z or an offset is missing.`
      : `"${nameOf(text, 40)}" is neither an age nor a time.`,
    {
      nextStep:
        'Pass an age such as "30m", "24h" or "7d", or a time such as 2026-11-01T10:00:00Z.',
    },
  );
}

/**
 * Checks that there is any time between the two, each as `parseSince` reads it.
 *
 * @throws {ToolError} `invalid_argument`
 */
export function checkSpan(
  { since, until }: {
    since?: string | undefined;
    until?: string | undefined;
  },
  now: number,
): void {
  const from = since === undefined ? 0 : parseSince(since, now);
  if (from > now) {
    throw new ToolError(
      "invalid_argument",
      `since is in the future: it is ${new Date(now).toISOString()} now.`,
      { nextStep: 'Pass an earlier time, or an age such as "24h".' },
    );
  }
  if (until === undefined || from < parseSince(until, now)) return;
  throw new ToolError("invalid_argument", "since is not before until.", {
    nextStep:
      'Pass the earlier time as since; of ages that is the longer one: since "2h", until "1h".',
  });
}

/**
 * Reads a length of time: "90s", "30m", "24h", "7d".
 *
 * @returns milliseconds
 * @throws {ToolError} `invalid_argument`
 */
export function parseAge(text: string): number {
  const age = ageOf(text.trim());
  if (age !== null) return age;
  throw new ToolError(
    "invalid_argument",
    `"${nameOf(text, 40)}" is not a length of time.`,
    { nextStep: 'Pass one such as "90s", "30m", "24h" or "7d".' },
  );
}

function ageOf(text: string): number | null {
  const age = /^(\d{1,6})\s*([smhdw])$/i.exec(text);
  const unit = UNITS_MS[age?.[2]?.toLowerCase() ?? ""];
  return age?.[1] && unit ? Number(age[1]) * unit : null;
}
