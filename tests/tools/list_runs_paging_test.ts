/** Cursors of list_runs, while runs come and go between the pages. */
import { assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import type { Called, TestServer } from "../harness.ts";
import { openEmpty } from "./beds.ts";
import { type Planting, plantingIn, plantRun, runKey } from "./planting.ts";

const SNACKS = { project: "flytesnacks" };

/** So many runs, oldest first: `r-00`, `r-01`, … */
async function plantMany(
  planting: Planting,
  count: number,
  phase = ActionPhase.RUNNING,
): Promise<string[]> {
  const names = Array.from(
    { length: count },
    (_, at) => `r-${String(at).padStart(2, "0")}`,
  );
  for (const name of names) await plantRun(planting, runKey(name), { phase });
  return names;
}

/** The names of each page to the last one; `between` acts after each. */
async function readPages(
  { call }: TestServer,
  args: Record<string, unknown>,
  between: (page: number) => Promise<void> = async () => {},
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const { data, text }: Called = await call("list_runs", {
      ...SNACKS,
      ...args,
      ...(cursor && { cursor }),
    });
    assertEquals(data.status, "ok", text);
    pages.push(data.runs.map(({ name }: { name: string }) => name));
    cursor = data.next_cursor;
    if (cursor) await between(pages.length);
  } while (cursor && pages.length < 50);
  return pages;
}

for (
  const [count, limit, sizes] of [
    [6, 3, [3, 3]],
    [7, 3, [3, 3, 1]],
    [3, 3, [3]],
    [2, 100, [2]],
    [3, 1, [1, 1, 1]],
  ] as const
) {
  Deno.test(`list_runs gives ${count} runs in pages of ${limit} to the end`, async () => {
    await using bed = await openEmpty();
    const names = await plantMany(plantingIn(bed.sandbox.plane), count);
    const pages = await readPages(bed, { limit });
    assertEquals(pages.map(({ length }) => length), [...sizes]);
    assertEquals(pages.flat(), names.toReversed());
  });
}

for (const added of [1, 2, 3, 7]) {
  Deno.test(`list_runs repeats and skips nothing while ${added} runs begin between pages of 3`, async () => {
    await using bed = await openEmpty();
    const planting = plantingIn(bed.sandbox.plane);
    const names = await plantMany(planting, 8);
    const pages = await readPages(bed, { limit: 3 }, async (page) => {
      for (let at = 0; at < added; at++) {
        await plantRun(planting, runKey(`new-${page}-${at}`));
      }
    });
    assertEquals(pages.flat(), names.toReversed());
  });
}

Deno.test("list_runs tells apart runs that began in the same second", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  // Kubernetes tells times in whole seconds.
  const createdAt = Date.parse("2026-11-01T10:00:00Z");
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  for (const name of names) {
    await plantRun(planting, runKey(name), { createdAt });
  }
  const pages = await readPages(bed, { limit: 2 }, async (page) => {
    await plantRun(planting, runKey(`new-${page}`));
  });
  assertEquals(pages.flat().toSorted(), names);
});

Deno.test("list_runs keeps its filters from page to page", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const names = await plantMany(planting, 4, ActionPhase.FAILED);
  for (const name of ["x", "y", "z"]) await plantRun(planting, runKey(name));
  const pages = await readPages(bed, {
    limit: 3,
    phases: ["failed"],
    since: "24h",
    task: "tests.main",
  });
  assertEquals(pages.flat(), names.toReversed());
});

Deno.test("list_runs takes another page size with the same cursor", async () => {
  await using bed = await openEmpty();
  const names = await plantMany(plantingIn(bed.sandbox.plane), 6);
  const first = await bed.call("list_runs", { ...SNACKS, limit: 2 });
  const { data } = await bed.call("list_runs", {
    ...SNACKS,
    limit: 100,
    cursor: first.data.next_cursor,
  });
  assertEquals(
    data.runs.map(({ name }: { name: string }) => name),
    names.slice(0, 4).toReversed(),
  );
});

for (
  const other of [
    { project: "flytesnacks", domain: "production" },
    { project: "ml-prod" },
    { ...SNACKS, phases: ["failed"] },
    { ...SNACKS, since: "24h" },
    { ...SNACKS, task: "main" },
  ]
) {
  Deno.test(`list_runs refuses a cursor for ${JSON.stringify(other)}`, async () => {
    await using bed = await openEmpty();
    await plantMany(plantingIn(bed.sandbox.plane), 2);
    const first = await bed.call("list_runs", { ...SNACKS, limit: 1 });
    const { data } = await bed.call("list_runs", {
      ...other,
      cursor: first.data.next_cursor,
    });
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(data.error.message, /cursor does not belong/);
  });
}

Deno.test("list_runs refuses a cursor that is none", async () => {
  await using bed = await openEmpty();
  for (const cursor of ["", "3", "eyJ9", "{}", "\u0000"]) {
    const { data } = await bed.call("list_runs", { ...SNACKS, cursor });
    assertEquals(data.error.code, "invalid_argument", cursor);
  }
});

Deno.test("list_runs says that a page after the last run is the last one", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantMany(planting, 2, ActionPhase.RUNNING);
  const args = { ...SNACKS, limit: 1, phases: ["running"] };
  const first = await bed.call("list_runs", args);
  for (const name of ["r-00", "r-01"]) {
    await planting.runs.abortRun({ runId: { ...runKey(name) } });
  }
  const { data, text } = await bed.call("list_runs", {
    ...args,
    cursor: first.data.next_cursor,
  });
  assertEquals(data.runs, []);
  assertEquals(data.empty_because, null);
  assertMatch(text, /^No runs in .*: this was the last page\./);
});

Deno.test("list_runs does not begin again when the last run of a page is no longer asked for", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantMany(planting, 5, ActionPhase.RUNNING);
  const pages = await readPages(
    bed,
    { limit: 2, phases: ["running"] },
    async (page) => {
      if (page > 1) return;
      await planting.runs.abortRun({ runId: { ...runKey("r-03") } });
    },
  );
  assertEquals(pages.flat(), ["r-04", "r-03", "r-02", "r-01", "r-00"]);
});
