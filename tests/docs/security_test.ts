/** The page on security names a test for each thing it says. */
import { assert, assertEquals } from "@std/assert";
import { namesIn, readPage, readTestNames, rowsOf } from "./cited.ts";

const PAGE = await readPage("docs/security.md");

/** The cells of each row: what somebody tries, what comes of it, tests. */
const ROWS = rowsOf(PAGE);

const NAMES = await readTestNames();

/** Who may be hostile; each has a section. */
const WHO = [
  "agent",
  "host",
  "control plane",
  "issuer",
  "workspace",
  "other user of the machine",
  "reader of logs",
  "network",
];

for (const who of WHO) {
  Deno.test(`docs/security.md has a section on a hostile ${who}`, () => {
    assert(PAGE.includes(`\n## A hostile ${who}\n`));
  });
}

Deno.test("docs/security.md has tests in each row", () => {
  assertEquals(ROWS.filter((row) => row.length !== 3), []);
  const bare = ROWS.filter(([, , tests]) => namesIn(tests).length === 0);
  assertEquals(bare, []);
});

for (const name of new Set(ROWS.flatMap(([, , tests]) => namesIn(tests)))) {
  Deno.test(`docs/security.md names a test that exists: ${name}`, () => {
    assert(NAMES.has(name), "There is no such test (was it renamed?)");
  });
}
