import { parsePattern } from "./pattern_parser.ts";
import { PatternMachine } from "./pattern_machine.ts";
import { compile } from "./pattern_program.ts";

/** What a line is asked about. */
export interface Pattern {
  matches(line: string): boolean;
}

/**
 * Reads a regular expression: literals, `.`, classes, `\d \w \s \b`, anchors,
 * groups, `|`, and the quantifiers `* + ? {n,m}`. Letter case is ignored. It
 * is matched in time linear in the line, so that no pattern and no line keep
 * the process busy; JavaScript's own take exponential time for some.
 *
 * @throws {SyntaxError} for what is malformed, too large, or not supported:
 * look-around, back-references
 */
export function readPattern(source: string): Pattern {
  if (isLiteral(source)) {
    const words = source.toLowerCase().split("|");
    return {
      matches: (line) => {
        const lower = line.toLowerCase();
        return words.some((word) => lower.includes(word));
      },
    };
  }
  const machine = new PatternMachine(compile(parsePattern(source)));
  return { matches: (line) => machine.search(line.toLowerCase()) };
}

/** Whether it is nothing but words with `|` between them. */
function isLiteral(source: string): boolean {
  return !/[\\^$.*+?()[\]{}]/.test(source);
}
