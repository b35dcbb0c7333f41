import { visible } from "../../text.ts";

/** Characters of a line that are kept; errors and paths fit, dumps do not. */
const MAX_LINE = 2000;

/** What needs no cleaning, which nearly every line is. */
const PLAIN = /^[\x20-\x7e\t]*$/;

/**
 * The lines of a message as a terminal would leave them: of what a progress
 * bar wrote over itself the last state, without ANSI and without anything that
 * is not displayed. A message that ends its line is one line.
 */
export function cleanLines(message: string): string[] {
  if (PLAIN.test(message)) return [shortened(message)];
  const lines = message.replace(/\r*\n$/, "").split(/\r*\n/);
  return lines.map((line) => shortened(visible(lastState(line))));
}

/** What stands in a line after its carriage returns. */
function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((state) => visible(state).trim() !== "") ??
    "";
}

/** Cut in the middle, for lines say most at their ends. */
function shortened(line: string): string {
  if (line.length <= MAX_LINE) return line;
  const half = MAX_LINE / 2;
  const left = line.length - MAX_LINE;
  const head = line.slice(0, half).toWellFormed();
  const tail = line.slice(-half).toWellFormed();
  return `${head} [… ${left} characters left out …] ${tail}`;
}
