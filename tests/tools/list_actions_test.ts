/** The tree of a run's actions: order, folding, filters. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { identifierOf } from "../../sandbox/plane/kubernetes/reports.ts";
import { type Called, openTestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import {
  plantActions,
  plantCondition,
  type Planting,
  plantingIn,
  plantRun,
  runKey,
} from "./planting.ts";

interface Row {
  readonly name?: string;
  readonly names?: string[];
  readonly folded?: number;
  readonly parent: string | null;
  readonly depth: number;
  readonly task: string;
  readonly phase: string;
}

function rowsOf({ data, text }: Called): Row[] {
  assertEquals(data.status, "ok", text);
  return data.actions;
}

Deno.test("list_actions shows a run's tree from the root down", async () => {
  await using bed = await openSeeded();
  const answer = await bed.call("list_actions", { run: "train-fan-out" });
  const [root, ...others] = rowsOf(answer);
  assertEquals(root?.name, "a0");
  assertEquals([root?.parent, root?.depth], [null, 0]);
  assertEquals(root?.task, "training.train_model");
  assertEquals(others.length, 13);
  const seen = new Set(["a0"]);
  for (const { name = "", parent, depth, task } of others) {
    assert(parent && seen.has(parent), `${parent} comes after ${name}`);
    seen.add(name);
    assertEquals(task, depth === 1 ? "training.fit_shard" : "read_index");
  }
  const { scope, counts, run, next_cursor: next } = answer.data;
  assertEquals(scope.source, "lookup");
  assertEquals(run, "train-fan-out");
  assertEquals(counts, {
    total: 14,
    by_phase: { succeeded: 14 },
    complete: true,
  });
  assertEquals(next, null);
  assertMatch(
    answer.text,
    /^Run train-fan-out has 14 actions \(14 succeeded\)\.\n/,
  );
});

Deno.test("list_actions tells what each action is and how it went", async () => {
  await using bed = await openSeeded();
  const answer = await bed.call("list_actions", {
    run: "train-fan-out",
    response_format: "detailed",
  });
  const find = (name: string) =>
    rowsOf(answer).find((row) => row.name === name) as unknown as Record<
      string,
      unknown
    >;
  const { started_at: started, duration, ...retried } = find(
    SEEDED.actions.retriedShard.name,
  );
  assertMatch(String(started), /Z$/);
  assertMatch(String(duration), /^1m3[23]s$/);
  assertEquals(retried, {
    name: SEEDED.actions.retriedShard.name,
    parent: "a0",
    depth: 1,
    task: "training.fit_shard",
    group: "shards",
    phase: "succeeded",
    attempts: 2,
    cache: "populated",
  });
  assertEquals(find(SEEDED.actions.cachedShard.name).cache, "hit");
  assertEquals(find(SEEDED.actions.trace.name).kind, "trace");
});

Deno.test("list_actions puts what failed first, with the path to it", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, troubles: true } },
  });
  const answer = await bed.call("list_actions", { run: "daily-report" });
  assertEquals(
    rowsOf(answer).map(({ depth, task, phase }) => [depth, task, phase]),
    [
      [0, "reports.daily", "failed"],
      [1, "reports.load_regions", "failed"],
      [2, "reports.load_region", "failed"],
      [2, "reports.load_region", "succeeded"],
      [2, "reports.load_region", "succeeded"],
    ],
  );
});

/** A run with children, of which so many are in each phase. */
async function plantWide(
  planting: Planting,
  phases: readonly (readonly [ActionPhase, number])[],
): Promise<void> {
  const run = runKey("wide");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING });
  for (const [phase, count] of phases) {
    await plantActions(planting, run, { count, phase });
  }
}

for (const [count, rows] of [[50, 51], [51, 2]] as const) {
  Deno.test(`list_actions shows ${count} siblings that are alike in ${rows - 1} rows`, async () => {
    await using bed = await openEmpty();
    const planting = plantingIn(bed.sandbox.plane);
    await plantWide(planting, [[ActionPhase.SUCCEEDED, count]]);
    const answer = await bed.call("list_actions", { run: "wide", limit: 100 });
    assertEquals(rowsOf(answer).length, rows);
    const [, second] = rowsOf(answer);
    assertEquals(second?.folded, count > 50 ? count : undefined);
    if (count > 50) assertEquals(second?.names?.length, 3);
  });
}

Deno.test("list_actions folds each phase for itself", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantWide(planting, [
    [ActionPhase.SUCCEEDED, 60],
    [ActionPhase.FAILED, 52],
    [ActionPhase.RUNNING, 2],
  ]);
  const answer = await bed.call("list_actions", { run: "wide" });
  assertEquals(
    rowsOf(answer).map(({ phase, folded }) => [phase, folded ?? 1]),
    [["running", 1], ["failed", 52], ["running", 1], ["running", 1], [
      "succeeded",
      60,
    ]],
  );
});

Deno.test("list_actions does not fold away what failed below siblings that did not", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantWide(planting, [[ActionPhase.SUCCEEDED, 60]]);
  const run = runKey("wide");
  const actionId = identifierOf({ run, name: "deep" });
  const id = { project: run.project, domain: run.domain };
  await planting.internal.recordAction({
    actionId,
    parent: `${ActionPhase.SUCCEEDED}x0030`,
    spec: {
      case: "task",
      value: { id: { ...id, name: "tests.deep", version: "v1" } },
    },
  });
  await planting.internal.updateActionStatus({
    actionId,
    status: { phase: ActionPhase.FAILED, attempts: 1 },
  });
  const rows = rowsOf(await bed.call("list_actions", { run: "wide" }));
  assertEquals(
    rows.map(({ task, folded }) => [task, folded ?? 1]),
    [["tests.main", 1], ["tests.child", 1], ["tests.deep", 1], [
      "tests.child",
      59,
    ]],
  );
});

Deno.test("list_actions shows the actions of some phases alone, and none folded", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantWide(planting, [
    [ActionPhase.SUCCEEDED, 60],
    [ActionPhase.ABORTED, 2],
  ]);
  const args = { run: "wide", limit: 100 };
  const some = await bed.call("list_actions", {
    ...args,
    phases: ["succeeded"],
  });
  assertEquals(rowsOf(some).length, 60);
  const two = await bed.call("list_actions", {
    ...args,
    phases: ["running", "aborted"],
  });
  assertEquals(rowsOf(two).map(({ phase }) => phase), [
    "running",
    "aborted",
    "aborted",
  ]);
  // All are counted, whatever is asked for.
  assertEquals(two.data.counts.total, 63);
});

Deno.test("list_actions says why there is nothing", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("list_actions", {
    run: "train-fan-out",
    phases: ["failed", "aborted"],
  });
  assertEquals(data.actions, []);
  assertMatch(
    data.empty_because,
    /^no action of the run has the phase failed or aborted/,
  );
  assertMatch(text, /14 actions \(14 succeeded\); no action of the run has/);
});

Deno.test("list_actions shows a part of the tree", async () => {
  await using bed = await openSeeded();
  const [, , trace] = rowsOf(
    await bed.call("list_actions", { run: "train-fan-out" }),
  );
  const answer = await bed.call("list_actions", {
    run: "train-fan-out",
    under: trace?.parent,
  });
  assertEquals(rowsOf(answer).map(({ depth }) => depth), [1, 2]);
  const { data } = await bed.call("list_actions", {
    run: "train-fan-out",
    under: "nope",
  });
  assertEquals(data.error.code, "not_found");
  assertMatch(data.error.message, /no action "nope"/);
});

Deno.test("list_actions shows conditions by their name", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("gates");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING });
  await plantCondition(planting, run, {
    name: "g1",
    condition: "approve",
    prompt: "?",
  });
  const [gate] = rowsOf(await bed.call("list_actions", { run: "gates" }))
    .slice(1);
  assertEquals(gate?.task, "approve");
  assertEquals(gate?.phase, "paused");
});
