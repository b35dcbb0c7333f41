/** The page on faults names tests that exist, and deadlines as they are. */
import { assert, assertEquals } from "@std/assert";
import { namesIn, readPage, readTestNames, rowsOf } from "./cited.ts";

const PAGE = await readPage("docs/reliability.md");

/** Where the tables of faults end, and that of the deadlines begins. */
const DEADLINES = "\n## Deadlines\n";

const [FAULTS = "", BOUNDS = ""] = PAGE.split(DEADLINES);

/** The cells of each row: what happens, what the agent sees, what it costs, tests. */
const ROWS = rowsOf(FAULTS);

const NAMES = await readTestNames();

Deno.test("docs/reliability.md has tests in each row", () => {
  assert(ROWS.length > 0);
  const bare = ROWS.filter((row) => namesIn(row.at(-1)).length === 0);
  assertEquals(bare, []);
});

for (const name of new Set(ROWS.flatMap((row) => namesIn(row.at(-1))))) {
  Deno.test(`docs/reliability.md names a test that exists: ${name}`, () => {
    assert(NAMES.has(name), "There is no such test (was it renamed?)");
  });
}

for (const [what = "", time = "", source = ""] of rowsOf(BOUNDS)) {
  Deno.test(`docs/reliability.md says the deadline of the source: ${what}`, async () => {
    const [name = "", path = ""] = namesIn(source);
    const code = await readPage(path);
    const declared = new RegExp(`\\bconst ${name} = ([^;]+);`).exec(code)?.[1];
    const factors = declared?.replaceAll("_", "").split(" * ").map(Number);
    const ms = factors?.reduce((product, factor) => product * factor, 1);
    const [, amount, unit] = /^([\d.]+) (ms|s|min)$/.exec(time) ?? [];
    const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4 };
    const isSeconds = name.endsWith("_S");
    assertEquals(
      Number(amount) * (units[unit ?? ""] ?? NaN),
      isSeconds ? (ms ?? NaN) * 1000 : ms,
    );
  });
}
