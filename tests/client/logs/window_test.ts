import { assert, assertEquals } from "@std/assert";
import { Pass } from "../../../src/client/logs/pass.ts";
import { View } from "../../../src/client/logs/view.ts";
import { ask, numbered, START, texts, written } from "./lines.ts";

Deno.test("a tail holds the last lines, and knows that there are others", () => {
  const { lines, hasOlder, hasNewer } = ask(numbered(10), { limit: 3 });
  assertEquals(texts(lines), ["line 7", "line 8", "line 9"]);
  assertEquals(lines.map(({ number }) => number), [8, 9, 10]);
  assertEquals([hasOlder, hasNewer], [true, false]);
});

Deno.test("a tail of a log that is no longer is all of it", () => {
  const { lines, hasOlder } = ask(numbered(3), { limit: 3 });
  assertEquals([lines.length, hasOlder], [3, false]);
});

Deno.test("a head holds the first lines, and knows that there are others", () => {
  const { lines, hasNewer } = ask(numbered(10), { part: "head", limit: 2 });
  assertEquals(texts(lines), ["line 0", "line 1"]);
  assertEquals(hasNewer, true);
});

Deno.test("a head of a log that is no longer is all of it", () => {
  const { lines, hasNewer } = ask(numbered(2), { part: "head", limit: 2 });
  assertEquals([lines.length, hasNewer], [2, false]);
});

Deno.test("lines that say the same are one, with their count and both places", () => {
  const log = written("a", "wait", "wait", "wait", "b", "wait");
  const { lines } = ask(log);
  assertEquals(texts(lines), ["a", "wait ×3", "b", "wait"]);
  const [, wait] = lines;
  assertEquals(wait?.number, 2);
  assertEquals(wait?.first.time, START + 1000);
  assertEquals(wait?.last.time, START + 3000);
});

Deno.test("lines that differ in colour alone say the same", () => {
  const { lines } = ask(written("\x1b[32mok", "ok\x1b[0m"));
  assertEquals(texts(lines), ["ok ×2"]);
});

Deno.test("a tail counts a line that is repeated once", () => {
  const log = written("first", ...Array(50).fill("retrying"), "last");
  assertEquals(texts(ask(log, { limit: 2 }).lines), ["retrying ×50", "last"]);
});

Deno.test("a head counts repeats to the last of them", () => {
  const log = written("retrying", "retrying", "retrying", "last", "over");
  const { lines } = ask(log, { part: "head", limit: 1 });
  assertEquals(texts(lines), ["retrying ×3"]);
});

Deno.test("a window of long lines holds fewer of them", () => {
  const long = Array.from(
    { length: 900 },
    (_, at) => `${at}${"x".repeat(1000)}`,
  );
  const { lines, hasOlder } = ask(written(...long), { limit: 1000 });
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  assert(characters <= 256 * 1024, `${characters} characters`);
  assert(characters > 250 * 1024, `${characters} characters`);
  assertEquals(hasOlder, true);
  assertEquals(lines.at(-1)?.text.startsWith("899"), true);
});

Deno.test("a million lines take no more memory than a thousand", () => {
  const view = new View({ part: "tail", limit: 1000 });
  const pass = new Pass(view);
  const before = Deno.memoryUsage().heapUsed;
  for (let at = 0; at < 1_000_000; at++) {
    pass.add(`step ${at} of a million, loss ${1 / (1 + at)}`, START + at);
  }
  const grown = Deno.memoryUsage().heapUsed - before;
  const read = pass.finish("end");
  assertEquals(read.count, 1_000_000);
  assertEquals([read.window.length, view.end().lines.length], [1000, 1000]);
  // Kept whole they would be some 300 MB; what grows here is not collected yet.
  assert(grown < 120 * 2 ** 20, `${grown >> 20} MB more`);
});
