/** The page for people from Python names tests, and all of them are there. */
import { assert, assertEquals } from "@std/assert";
import { namesIn, readPage, readTestNames, rowsOf } from "./cited.ts";

/** How many surprises were found in the Python client when it was read. */
const FOUND = 36;

/** The cells of each row: what the Python client does, what happens here, tests. */
const ROWS = rowsOf(await readPage("docs/python-client.md"));

const NAMES = await readTestNames();

Deno.test("docs/python-client.md has a row for all that was found, and tests in each", () => {
  assert(ROWS.length >= FOUND, `only ${ROWS.length} rows`);
  assertEquals(ROWS.filter((row) => row.length !== 3), []);
  const bare = ROWS.filter(([, , tests]) => namesIn(tests).length === 0);
  assertEquals(bare, []);
});

for (const name of new Set(ROWS.flatMap(([, , tests]) => namesIn(tests)))) {
  Deno.test(`docs/python-client.md names a test that exists: ${name}`, () => {
    assert(NAMES.has(name), "There is no such test (was it renamed?)");
  });
}
