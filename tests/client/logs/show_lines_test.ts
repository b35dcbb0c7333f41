import { assertEquals } from "@std/assert";
import { readPattern } from "../../../src/client/logs/pattern.ts";
import { showLines } from "../../../src/client/logs/show_lines.ts";
import { ask, type Written, written } from "./lines.ts";

const DAY = 86_400_000_000;

Deno.test("lines are shown with their time in UTC", () => {
  assertEquals(showLines(ask(written("a", "b")).lines), [
    "18:16:48.000 a",
    "18:16:48.001 b",
  ]);
});

Deno.test("lines of several days are shown with their date", () => {
  const log: Written[] = [["a", 0], ["b", DAY + 250_000]];
  assertEquals(showLines(ask(log).lines), [
    "11-22 18:16:48.000 a",
    "11-23 18:16:48.250 b",
  ]);
});

Deno.test("a line that is repeated is shown with how often and until when", () => {
  assertEquals(showLines(ask(written("x", "x", "x")).lines), [
    "18:16:48.000 x [3 times, until 18:16:48.002]",
  ]);
});

Deno.test("a line without a time is shown without", () => {
  const log: Written[] = [["a", null], ["a", null], ["b", null]];
  assertEquals(showLines(ask(log).lines), ["a [2 times]", "b"]);
});

Deno.test("lines that match are marked, and gaps shown", () => {
  const pattern = readPattern("needle");
  const log = written("a", "needle 1", "b", "c", "d", "needle 2");
  const { lines } = ask(log, { grep: { pattern, context: 1 } });
  assertEquals(showLines(lines, { pattern }), [
    "  18:16:48.000 a",
    "> 18:16:48.001 needle 1",
    "  18:16:48.002 b",
    "--\n  18:16:48.004 d",
    "> 18:16:48.005 needle 2",
  ]);
});

Deno.test("no lines are shown as none", () => {
  assertEquals(showLines([]), []);
});
