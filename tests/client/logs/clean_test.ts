import { assert, assertEquals } from "@std/assert";
import { cleanLines } from "../../../src/client/logs/clean.ts";

for (
  const [what, message, lines] of [
    ["leaves plain text as it is", "step 1\tloss 0.5", ["step 1\tloss 0.5"]],
    ["leaves letters of other scripts", "größe: 5 µm ✓", ["größe: 5 µm ✓"]],
    ["takes colours away", "\x1b[31mred\x1b[0m", ["red"]],
    ["takes links of a terminal away", "\x1b]8;;https://a\x07b\x1b]8;;\x07", [
      "b",
    ]],
    ["takes what is not seen away", "a\u200bb\u202ec\x07", ["abc"]],
    ["keeps the last state of a progress bar", "0%|  |\r50%|█ |\r100%|██|", [
      "100%|██|",
    ]],
    ["keeps what a bar left when it returned last", "10%\r20%\r", ["20%"]],
    ["looks through a cleared line", "done\r\x1b[K", ["done"]],
    ["splits a message of several lines", "a\nb\n\nc", ["a", "b", "", "c"]],
    ["does not take the end of a line for another one", "a\n", ["a"]],
    ["does not take the end of a line of Windows for a bar", "a\r\nb\r\n", [
      "a",
      "b",
    ]],
    ["keeps an empty line", "", [""]],
    ["keeps a line of nothing but a return as empty", "\r", [""]],
  ] as const
) {
  Deno.test(`cleanLines() ${what}`, () => {
    assertEquals(cleanLines(message), [...lines]);
  });
}

Deno.test("cleanLines() cuts a very long line in the middle, and says so", () => {
  const [line = ""] = cleanLines(`begin${"x".repeat(10_000)}end`);
  assert(line.length < 2100, `${line.length} characters`);
  assert(line.startsWith("beginxxx") && line.endsWith("xxxend"), line);
  assert(line.includes(" [… 8008 characters left out …] "), line);
});

Deno.test("cleanLines() leaves no half of a character where it cuts", () => {
  const [line = ""] = cleanLines(`a${"\u{1F600}".repeat(3000)}`);
  assert(line.isWellFormed());
});
