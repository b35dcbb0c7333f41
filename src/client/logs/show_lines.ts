import type { LogLine } from "./log_line.ts";
import type { Pattern } from "./pattern.ts";

const DAY = 86_400_000_000;

/** What stands between lines that are not next to each other. */
const GAP = "--";

/**
 * Lines as a reader sees them: the time in UTC, with the date where they are
 * not all of one day, then the text; how often it was repeated. Where lines
 * were looked for, those that match begin with `>`, and `--` stands for what
 * was left out.
 *
 * @returns one string a line, gaps included
 */
export function showLines(
  lines: readonly LogLine[],
  { pattern = null }: { pattern?: Pattern | null } = {},
): string[] {
  const days = new Set(
    lines.flatMap(({ first, last }) => [dayOf(first.time), dayOf(last.time)]),
  );
  const time = days.size > 1 ? dateTime : timeOfDay;
  return lines.map((line, at) => {
    const before = lines[at - 1];
    const isNext = !before || before.number + before.count === line.number;
    const mark = pattern ? pattern.matches(line.text) ? "> " : "  " : "";
    return (isNext ? "" : `${GAP}\n`) + mark + show(line, time);
  });
}

function show(
  { first, last, text, count }: LogLine,
  time: (microseconds: number) => string,
): string {
  const at = first.time === 0 ? "" : `${time(first.time)} `;
  if (count === 1) return at + text;
  const until = last.time === 0 ? "" : `, until ${time(last.time)}`;
  return `${at}${text} [${count} times${until}]`;
}

function dayOf(time: number): number {
  return Math.floor(time / DAY);
}

/** `18:16:48.375` */
function timeOfDay(time: number): string {
  return iso(time).slice(11, 23);
}

/** `11-22 18:16:48.375` */
function dateTime(time: number): string {
  return `${iso(time).slice(5, 10)} ${timeOfDay(time)}`;
}

function iso(microseconds: number): string {
  return new Date(Math.floor(microseconds / 1000)).toISOString();
}
