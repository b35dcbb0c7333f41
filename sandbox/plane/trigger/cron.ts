/** Bounds of a cron field and the names it knows besides numbers. */
interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "sun mon tue wed thu fri sat".split(" ");

/** Minute, hour, day of month, month, day of week. */
const FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

const DESCRIPTORS =
  /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every ([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+)$/;

/** A cron schedule as a trigger has it. */
export interface CronText {
  readonly expression: string;
  /** An IANA name; empty for the server's own. */
  readonly timezone: string;
}

/**
 * Why Flyte refuses a cron expression, or `undefined` if it takes it: five
 * fields or a descriptor such as `@hourly`. The six fields of other schedulers
 * are refused, although the IDL's comment promises them.
 */
export function cronProblem(
  { expression, timezone }: CronText,
): string | undefined {
  if (timezone !== "" && !isTimeZone(timezone)) {
    return `provided bad location ${timezone}: unknown time zone ${timezone}`;
  }
  if (expression === "") return "empty spec string";
  if (expression.startsWith("@")) {
    if (DESCRIPTORS.test(expression)) return undefined;
    return `unrecognized descriptor: ${expression}`;
  }
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return `expected exactly 5 fields, found ${fields.length}: [${
      fields.join(" ")
    }]`;
  }
  for (const [i, field] of FIELDS.entries()) {
    for (const range of (fields[i] ?? "").split(",")) {
      const problem = rangeProblem(range, field);
      if (problem) return problem;
    }
  }
  return undefined;
}

function rangeProblem(range: string, field: Field): string | undefined {
  const [span = "", step, ...slashes] = range.split("/");
  if (slashes.length > 0) return `too many slashes: ${range}`;
  if (step !== undefined && !/^\d+$/.test(step)) {
    return `failed to parse int from ${step}: ${range}`;
  }
  if (step !== undefined && Number(step) === 0) {
    return `step of range should be a positive number: ${range}`;
  }
  const [low = "", high, ...hyphens] = span.split("-");
  if (low === "*" || low === "?") return undefined;
  if (hyphens.length > 0) return `too many hyphens: ${range}`;
  const start = valueOf(low, field);
  const end = high === undefined ? start : valueOf(high, field);
  if (start === undefined || end === undefined) {
    return `failed to parse int from ${range}`;
  }
  if (start < field.min) {
    return `beginning of range (${start}) below minimum (${field.min}): ${range}`;
  }
  if (end > field.max) {
    return `end of range (${end}) above maximum (${field.max}): ${range}`;
  }
  if (start <= end) return undefined;
  return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
}

function valueOf(text: string, { min, names }: Field): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + min;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // The only way to ask Intl for a zone is to try it.
    return false;
  }
}
