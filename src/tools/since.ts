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
  throw new ToolError(
    "invalid_argument",
    `"${nameOf(text, 40)}" is neither an age nor a time.`,
    {
      nextStep:
        'Pass an age such as "30m", "24h" or "7d", or a time such as 2026-11-01T10:00:00Z.',
    },
  );
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
