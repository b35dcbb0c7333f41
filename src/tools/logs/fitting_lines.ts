import type { LogLine } from "../../client/logs/log_line.ts";
import type { Pattern } from "../../client/logs/pattern.ts";
import { showLines } from "../../client/logs/show_lines.ts";
import { quote } from "../../text.ts";
import { jsonBytes } from "../budget.ts";

/** Lines, and how they are shown; `null`: there are none. */
export interface FittingLines {
  readonly lines: readonly LogLine[];
  readonly text: string | null;
}

/**
 * As many whole lines as fit, from the end that was asked for; at least one,
 * whose text is cut where it must be.
 *
 * @param options.bytes of JSON
 */
export function fittingLines(
  lines: readonly LogLine[],
  { part, pattern, bytes }: {
    readonly part: "tail" | "head";
    readonly pattern: Pattern | null;
    readonly bytes: number;
  },
): FittingLines {
  const sizes = showLines(lines, { pattern })
    .map((line) => jsonBytes(`${line}\n`) - 2);
  if (part === "tail") sizes.reverse();
  let sum = 0;
  const end = sizes.findIndex((size) => (sum += size) > bytes);
  const count = end < 0 ? lines.length : Math.max(1, end);
  const kept = part === "tail"
    ? lines.slice(lines.length - count)
    : lines.slice(0, count);
  if (kept.length === 0) return { lines: kept, text: null };
  const text = showLines(kept, { pattern }).join("\n");
  // No character takes more than three bytes.
  const max = end === 0 ? Math.max(40, Math.floor(bytes / 3)) : Infinity;
  return { lines: kept, text: quote(text, max) };
}
