/** Logs for tests, and what was kept of them. */
import type { LogLine } from "../../../src/client/logs/log_line.ts";
import { Pass } from "../../../src/client/logs/pass.ts";
import {
  type LogQuestion,
  View,
  type Viewed,
} from "../../../src/client/logs/view.ts";

/** When the made-up logs begin, in microseconds since the epoch. */
export const START = Date.UTC(2026, 10, 22, 18, 16, 48) * 1000;

/** A line and its time in microseconds after {@linkcode START}. */
export type Written = readonly [text: string, at: number | null];

/** Lines a millisecond apart. */
export function written(...texts: string[]): Written[] {
  return texts.map((text, index) => [text, index * 1000]);
}

/** So many lines that are all different. */
export function numbered(count: number): Written[] {
  return written(...Array.from({ length: count }, (_, at) => `line ${at}`));
}

/** Asks a log a question. */
export function ask(
  lines: readonly Written[],
  question: Partial<LogQuestion> = {},
): Viewed {
  const view = new View({ part: "tail", limit: 100, ...question });
  const pass = new Pass(view);
  lines.every(([text, at]) => pass.add(text, at === null ? null : START + at));
  return view.end();
}

/** The texts of lines, each with its count if it was repeated. */
export function texts(lines: readonly LogLine[]): string[] {
  return lines.map(({ text, count }) => count > 1 ? `${text} ×${count}` : text);
}
