/** Bounds of a field, and the names it knows besides numbers. */
interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MINUTE: Field = { min: 0, max: 59, names: [] };
const HOUR: Field = { min: 0, max: 23, names: [] };
const DAY: Field = { min: 1, max: 31, names: [] };
const MONTH: Field = {
  min: 1,
  max: 12,
  names: [
    ...["jan", "feb", "mar", "apr", "may", "jun"],
    ...["jul", "aug", "sep", "oct", "nov", "dec"],
  ],
};
const WEEKDAY: Field = {
  min: 0,
  max: 6,
  names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/** What stands for five fields; `@every` counts from when Flyte was started. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** The numbers of a field. */
interface Numbers {
  readonly all: ReadonlySet<number>;
  /** Whether it says nothing: `*` or `?`. */
  readonly isAny: boolean;
}

/** When a clock on the wall shows a time that is meant. */
export interface CronSchedule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether a day is meant; only its date in UTC counts. */
  isDay(date: Date): boolean;
}

/**
 * Reads five fields or a descriptor such as `@hourly`, as the scheduler of
 * Flyte does: of the two kinds of days both have to fit if one of them is `*`,
 * else either.
 *
 * @returns `null` for anything else, `@every` included
 * @see https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
 */
export function parseCron(expression: string): CronSchedule | null {
  const text = expression.trim();
  const fields = (DESCRIPTORS[text] ?? text).split(/\s+/);
  if (fields.length !== 5) return null;
  const [minutes, hours, days, months, weekdays] = [
    ...[MINUTE, HOUR, DAY, MONTH, WEEKDAY],
  ].map((field, at) => parseField(fields[at] ?? "", field));
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  return {
    minutes: [...minutes.all].sort((a, b) => a - b),
    hours: [...hours.all].sort((a, b) => a - b),
    isDay(date) {
      if (!months.all.has(date.getUTCMonth() + 1)) return false;
      const isDate = days.all.has(date.getUTCDate());
      const isWeekday = weekdays.all.has(date.getUTCDay());
      return days.isAny || weekdays.isAny
        ? isDate && isWeekday
        : isDate || isWeekday;
    },
  };
}

function parseField(text: string, field: Field): Numbers | null {
  const parts = text.split(",").map((part) => parseRange(part, field));
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  return {
    all: new Set(known.flatMap(({ all }) => [...all])),
    isAny: known.some(({ isAny }) => isAny),
  };
}

/** `*`, `5`, `1-5`, each with a step if need be: of one number, up to the end. */
function parseRange(text: string, field: Field): Numbers | null {
  const found = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(text);
  if (!found) return null;
  const [, any, low, high, stepText] = found;
  const step = Number(stepText ?? 1);
  const from = any ? field.min : numberOf(low, field);
  const to = any || (stepText && !high)
    ? field.max
    : numberOf(high ?? low, field);
  if (from === null || to === null || from > to || step < 1) return null;
  const all = new Set<number>();
  for (let at = from; at <= to; at += step) all.add(at);
  return { all, isAny: any !== undefined && step === 1 };
}

function numberOf(
  text: string | undefined,
  { min, max, names }: Field,
): number | null {
  const word = text?.toLowerCase() ?? "";
  const at = names.indexOf(word);
  if (at >= 0) return at + min;
  const number = /^\d{1,4}$/.test(word) ? Number(word) : NaN;
  return number >= min && number <= max ? number : null;
}
