/** Pages of list_actions, runs that are big, and what it says when it cannot. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { HOSTILE, SCALE } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { type Called, openTestBed, type TestServer } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { impatientClock } from "./clocks.ts";
import { plantActions, plantingIn, plantRun, runKey } from "./planting.ts";

interface Row {
  readonly name?: string;
  readonly folded?: number;
  readonly phase: string;
}

function rowsOf({ data, text }: Called): Row[] {
  assertEquals(data.status, "ok", text);
  return data.actions;
}

/** All rows of all pages. */
async function readPages(
  { call }: TestServer,
  args: Record<string, unknown>,
): Promise<Row[][]> {
  const pages: Row[][] = [];
  let cursor: string | null = null;
  do {
    const answer: Called = await call("list_actions", {
      ...args,
      ...(cursor && { cursor }),
    });
    pages.push(rowsOf(answer));
    assert(jsonBytes(answer.data) <= 20_480);
    cursor = answer.data.next_cursor;
  } while (cursor && pages.length < 300);
  return pages;
}

Deno.test("list_actions gives a tree in pages to the end", async () => {
  await using bed = await openSeeded();
  const args = { run: "train-fan-out" };
  const whole = rowsOf(await bed.call("list_actions", args));
  const pages = await readPages(bed, { ...args, limit: 4 });
  assertEquals(pages.map(({ length }) => length), [4, 4, 4, 2]);
  assertEquals(pages.flat(), whole);
});

Deno.test("list_actions reads a run that has ended once for all its pages", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: false },
  });
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("wide");
  const phase = ActionPhase.SUCCEEDED;
  await plantRun(planting, run, { phase });
  await plantActions(planting, run, { count: 600, phase });
  const args = { run: "wide", phases: ["succeeded"], limit: 100 };
  const pages = await readPages(bed, args);
  assertEquals(pages.flat().length, 601);
  const watched = () =>
    bed.sandbox.ingress.requests
      .filter(({ path }) => path.endsWith("WatchActions")).length;
  assertEquals(watched(), 1);
  // What ends otherwise after its end is read again.
  await planting.runs.abortRun({ runId: { ...run }, reason: "wrong" });
  const { data, text } = await bed.call("list_actions", { run: "wide" });
  assertEquals(data.status, "ok", text);
  assertEquals(data.actions[0].phase, "aborted");
  assertEquals(watched(), 2);
});

Deno.test("list_actions goes on after the last row when others came before it", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("wide");
  const phase = ActionPhase.RUNNING;
  await plantRun(planting, run, { phase });
  await plantActions(planting, run, { count: 6, phase });
  const args = { run: "wide", limit: 4 };
  const first = await bed.call("list_actions", args);
  await plantActions(planting, run, { count: 3, phase: ActionPhase.FAILED });
  const second = await bed.call("list_actions", {
    ...args,
    cursor: first.data.next_cursor,
  });
  const names = [...rowsOf(first), ...rowsOf(second)].map(({ name }) => name);
  assertEquals(new Set(names).size, 7);
});

for (const other of [{ phases: ["failed"] }, { run: "train-bad-row" }]) {
  Deno.test(`list_actions refuses a cursor for ${JSON.stringify(other)}`, async () => {
    await using bed = await openSeeded();
    const args = { run: "train-fan-out", limit: 2 };
    const { data } = await bed.call("list_actions", args);
    const answer = await bed.call("list_actions", {
      ...args,
      ...other,
      cursor: data.next_cursor,
    });
    assertEquals(answer.data.error.code, "invalid_argument");
  });
}

Deno.test("list_actions tells a run of ten thousand actions in one page's bytes, and pages through what failed", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, actions: 10_000 } },
  });
  const { name: run } = SCALE.wide;
  const answer = await bed.call("list_actions", { run });
  const rows = rowsOf(answer);
  assertEquals(answer.data.counts.total, 10_000);
  assertEquals(answer.data.counts.complete, true);
  const [root, failed] = rows;
  assertEquals([root?.phase, failed?.phase], ["running", "failed"]);
  assert(failed?.folded && failed.folded > 50);
  const pages = await readPages(bed, { run });
  const folded = pages.flat().reduce(
    (sum, { folded = 1 }) => sum + folded,
    0,
  );
  assertEquals(folded, 10_000);
  const each = await readPages(bed, { run, phases: ["failed"], limit: 100 });
  assertEquals(each.flat().length, failed.folded);
});

Deno.test("list_actions says when Flyte sends no actions", async () => {
  await using bed = await openSeeded({ clock: hurriedClock() });
  bed.ingress.faults.next("WatchActions", { kind: "stall" });
  const { data } = await bed.call("list_actions", { run: "train-fan-out" });
  assertEquals(data.error.code, "timeout");
  assertMatch(data.error.message, /sent none of the run's actions within 15 s/);
});

/** A clock on which the 15 s for reading are over at once. */
function hurriedClock() {
  const clock = impatientClock();
  return {
    ...clock,
    sleep: (ms: number, signal?: AbortSignal) =>
      clock.sleep(ms === 15_000 ? 50 : ms, signal),
  };
}

Deno.test("list_actions of an unknown run is not_found and names itself for another", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_actions", { run: "nope" });
  assertEquals(data.error.code, "not_found");
  const twins = await bed.call("list_actions", { run: "train-weekly" });
  assertEquals(twins.data.error.code, "ambiguous");
  assertMatch(
    twins.data.error.next_step,
    /list_actions \{"run":"train-weekly"/,
  );
});

Deno.test("list_actions keeps what runs say to one line a name", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
  const answer = await bed.call("list_actions", {
    run: HOSTILE.runs.failed.name,
  });
  const rows: unknown[] = rowsOf(answer);
  assertEquals(rows.length, 3);
  // deno-lint-ignore no-control-regex
  const unseen = /[\u0000-\u001f\u202a-\u202e\u2060-\u206f\ufdd0]|\\n/;
  assertNotMatch(JSON.stringify(answer.data), unseen);
  assertMatch(JSON.stringify(rows), /HOSTILE/);
});
