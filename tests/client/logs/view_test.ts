import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LogLine, Place } from "../../../src/client/logs/log_line.ts";
import { readPattern } from "../../../src/client/logs/pattern.ts";
import type { LogQuestion, Viewed } from "../../../src/client/logs/view.ts";
import { ask, numbered, START, texts, type Written, written } from "./lines.ts";

function placeOf(line: LogLine | undefined, end: "first" | "last"): Place {
  if (!line) throw new Error("There is no such line");
  return line[end];
}

Deno.test("a page before a place ends where that one began", () => {
  const { lines } = ask(numbered(10), { limit: 3 });
  const before = placeOf(lines[0], "first");
  const page = ask(numbered(10), { limit: 3, before });
  assertEquals(texts(page.lines), ["line 4", "line 5", "line 6"]);
  assertEquals([page.hasOlder, page.hasNewer], [true, true]);
});

Deno.test("a page after a place begins where that one ended", () => {
  const { lines } = ask(numbered(10), { part: "head", limit: 3 });
  const after = placeOf(lines.at(-1), "last");
  const page = ask(numbered(10), { part: "head", limit: 3, after });
  assertEquals(texts(page.lines), ["line 3", "line 4", "line 5"]);
  assertEquals([page.hasOlder, page.hasNewer], [true, true]);
});

Deno.test("a place stays where it is when the beginning of the log is forgotten", () => {
  const { lines } = ask(numbered(10), { limit: 3 });
  const before = placeOf(lines[0], "first");
  const rest = numbered(10).slice(5);
  const page = ask(rest, { limit: 100, before });
  assertEquals(texts(page.lines), ["line 5", "line 6"]);
});

Deno.test("lines written since a time are those at it or after it", () => {
  const { lines, hasOlder } = ask(numbered(10), { since: START + 7000 });
  assertEquals(texts(lines), ["line 7", "line 8", "line 9"]);
  assertEquals(hasOlder, false);
});

Deno.test("a line whose clock went back stands where it was written", () => {
  const log: Written[] = [["a", 2000], ["b", 1000], ["c", 3000]];
  const { lines } = ask(log);
  assertEquals(texts(lines), ["a", "b", "c"]);
  const [a, b] = lines;
  assertEquals(b?.first, { time: a?.first.time, nth: 1 });
});

Deno.test("a line without a time stands after the one before it", () => {
  const log: Written[] = [["a", null], ["b", 1000], ["c", null]];
  assertEquals(
    ask(log).lines.map(({ first }) => first),
    [
      { time: 0, nth: 0 },
      { time: START + 1000, nth: 0 },
      { time: START + 1000, nth: 1 },
    ],
  );
});

/** Logs with repeats, with several lines at a time, and with clocks that go back. */
const LOGS = fc.array(
  fc.tuple(
    fc.constantFrom("a", "b", "c", "needle"),
    fc.oneof(fc.constant(null), fc.nat(20)),
  ),
  { maxLength: 60 },
);

/** All pages of a log, one after the other. */
function allPages(
  log: readonly Written[],
  way: "older" | "newer",
  question: Partial<LogQuestion>,
): Viewed[] {
  const pages: Viewed[] = [];
  const part = way === "older" ? "tail" : "head";
  let place: Partial<LogQuestion> = {};
  for (;;) {
    const page = ask(log, { part, ...question, ...place });
    pages.push(page);
    const [first, last] = [page.lines[0], page.lines.at(-1)];
    const more = way === "older" ? page.hasOlder : page.hasNewer;
    if (!more || !first || !last) return pages;
    place = way === "older" ? { before: first.first } : { after: last.last };
  }
}

/** Lines as they were written, repeats one by one. */
function unfolded(pages: readonly Viewed[]): string[] {
  return pages.flatMap(({ lines }) =>
    lines.flatMap(({ text, count }) => Array(count).fill(text))
  );
}

for (const way of ["older", "newer"] as const) {
  Deno.test(`all ${way} pages together are the log, each line once`, () => {
    const property = fc.property(
      LOGS,
      fc.integer({ min: 1, max: 7 }),
      (log, limit) => {
        const pages = allPages(log, way, { limit });
        const ordered = way === "older" ? pages.toReversed() : pages;
        assertEquals(unfolded(ordered), log.map(([text]) => text));
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  Deno.test(`all ${way} pages together have each match once`, () => {
    const grep = { pattern: readPattern("needle"), context: 0 };
    const property = fc.property(
      LOGS,
      fc.integer({ min: 1, max: 7 }),
      (log, limit) => {
        const pages = allPages(log, way, { limit, grep });
        const all = log.filter(([text]) => text === "needle");
        assertEquals(unfolded(pages).length, all.length);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
}

Deno.test("a page is full without the rest of the log", () => {
  const { lines, hasNewer } = ask(
    written("a", "b", "c", "d", "e"),
    { part: "head", limit: 2 },
  );
  assertEquals([texts(lines), hasNewer], [["a", "b"], true]);
});
