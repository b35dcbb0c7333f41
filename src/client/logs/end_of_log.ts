import type { LogLine } from "./log_line.ts";
import type { LogRead } from "./pass.ts";
import type { Traceback } from "./tracebacks.ts";

/** What a log says of how its container ended. */
export interface EndOfLog {
  /** The last lines, folded. */
  readonly lines: readonly LogLine[];
  /**
   * The last traceback, whole and with the exceptions that led to it, however
   * much was written after it; `null`: there is none.
   */
  readonly traceback: Traceback | null;
  /** Whether the log was read to its end. */
  readonly isComplete: boolean;
}

/**
 * The end of a log that was read.
 *
 * @param options.lines how many of the last lines
 */
export function endOfLog(
  { window, traceback, end }: LogRead,
  { lines = 40 }: { lines?: number } = {},
): EndOfLog {
  return {
    lines: window.slice(-lines),
    traceback,
    isComplete: end === "end" || end === "now",
  };
}
