import type { Assertion, Node } from "./pattern_parser.ts";

/** A step of a machine that goes many ways at once (Thompson, 1968). */
export type Instruction =
  | { readonly op: "read"; readonly has: (code: number) => boolean }
  | { readonly op: "check"; readonly at: Assertion }
  /** Goes on at several places. */
  | { readonly op: "fork"; readonly to: number[] }
  | { readonly op: "match" };

/** Each character may take all of them. */
const MAX_INSTRUCTIONS = 1000;

/** @throws {SyntaxError} for a pattern that is too large */
export function compile(node: Node): Instruction[] {
  const program: Instruction[] = [];
  emit(node, program);
  program.push({ op: "match" });
  return program;
}

function emit(node: Node, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) {
    throw new SyntaxError("Pattern too large");
  }
  switch (node.kind) {
    case "set":
      program.push({ op: "read", has: node.has });
      return;
    case "place":
      program.push({ op: "check", at: node.at });
      return;
    case "sequence":
      for (const part of node.parts) emit(part, program);
      return;
    case "choice":
      return emitChoice(node.parts, program);
    case "repeat":
      return emitRepeat(node, program);
  }
}

function emitChoice(parts: readonly Node[], program: Instruction[]): void {
  const starts: number[] = [];
  program.push({ op: "fork", to: starts });
  const ends: number[][] = [];
  for (const part of parts) {
    starts.push(program.length);
    emit(part, program);
    const end: number[] = [];
    program.push({ op: "fork", to: end });
    ends.push(end);
  }
  for (const end of ends) end.push(program.length);
}

function emitRepeat(
  { part, min, max }: { part: Node; min: number; max: number },
  program: Instruction[],
): void {
  for (let count = 0; count < min; count++) emit(part, program);
  const exits: number[][] = [];
  const optional = max === Infinity ? 1 : max - min;
  for (let count = 0; count < optional; count++) {
    const start = program.length;
    const to = [start + 1];
    program.push({ op: "fork", to });
    exits.push(to);
    emit(part, program);
    if (max === Infinity) program.push({ op: "fork", to: [start] });
  }
  for (const exit of exits) exit.push(program.length);
}
