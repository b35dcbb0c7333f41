import { assertEquals } from "@std/assert";
import { readPattern } from "../../../src/client/logs/pattern.ts";
import { ask, numbered, texts, type Written, written } from "./lines.ts";

function grep(lines: readonly Written[], pattern: string, context: number) {
  return ask(lines, { grep: { pattern: readPattern(pattern), context } });
}

Deno.test("grep shows what matches and nothing else without context", () => {
  const { lines, matches } = grep(numbered(30), "line 1\\d$", 0);
  assertEquals(lines.length, 10);
  assertEquals(matches, 10);
});

Deno.test("grep shows lines before and after each match, none twice", () => {
  const log = written("a", "b", "c", "X", "d", "X", "e", "f", "g");
  const { lines, matches } = grep(log, "x", 2);
  assertEquals(texts(lines), ["b", "c", "X", "d", "X", "e", "f"]);
  assertEquals(matches, 2);
});

Deno.test("grep has no context beyond the log", () => {
  assertEquals(texts(grep(written("X", "a"), "x", 5).lines), ["X", "a"]);
});

Deno.test("grep counts each repeat, and shows it once", () => {
  const { lines, matches } = grep(written("a", "X", "X", "X", "b"), "x", 0);
  assertEquals(texts(lines), ["X ×3"]);
  assertEquals(matches, 3);
});

Deno.test("grep takes repeats for one line of context", () => {
  const log = written("a", "b", ...Array(20).fill("wait"), "X");
  assertEquals(texts(grep(log, "x", 2).lines), ["b", "wait ×20", "X"]);
});

Deno.test("grep counts all matches, of which a tail shows the last", () => {
  const { lines, matches, hasOlder } = ask(numbered(1000), {
    limit: 2,
    grep: { pattern: readPattern("7$"), context: 0 },
  });
  assertEquals(texts(lines), ["line 987", "line 997"]);
  assertEquals([matches, hasOlder], [100, true]);
});

Deno.test("grep finds nothing where nothing matches", () => {
  const { lines, matches } = grep(numbered(5), "error", 3);
  assertEquals([lines.length, matches], [0, 0]);
});
