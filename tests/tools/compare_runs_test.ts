import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantActions, plantingIn, plantRun, runKey } from "./planting.ts";
import { openTroubles } from "./scenes.ts";

const TOOL = "compare_runs";
const ENV = { FLYTE_PROJECT: "flytesnacks" };

/** What a test reads of a difference. */
interface Told {
  readonly what: string;
  readonly before: unknown;
  readonly after: unknown;
}

function whatOf(all: readonly Told[]): string[] {
  return all.map(({ what }) => what);
}

Deno.test("compare_runs of a failed run takes the last success before it, likely causes first", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data, text } = await bed.call(TOOL, {
    run: SEEDED.runs.userError.name,
  });
  assertEquals(data.against.name, SEEDED.runs.fanOut.name);
  assertEquals(data.same_task, true);
  assertEquals(whatOf(data.differences), [
    "phase",
    "error",
    "inputs",
    "duration",
  ]);
  const [phase, error, inputs, duration] = data.differences;
  assertEquals([phase.before, phase.after], ["succeeded", "failed"]);
  assertEquals(error.before, null);
  assertMatch(error.after.message, /^<<data-\w+ could not convert string/);
  assertEquals(inputs.changed, ["dataset", "shards"]);
  assertEquals([inputs.before.shards, inputs.after.shards], [12, 3]);
  assertEquals(duration.change, "-1m27s");
  // What is the same is counted, and nowhere else.
  assertEquals(data.equal, {
    ...{ task: 1, version: 1, image: 1, inputs: 2 },
    ...{ env: 1, resources: 2, secrets: 1 },
  });
  assert(!("optimizer" in inputs.before));
  assertMatch(
    text,
    /^Run train-bad-row \(failed\) against train-fan-out \(succeeded\), the last success of training\.train_model before it: differences in phase, error, inputs, duration, 13 actions\.\n/,
  );
});

Deno.test("compare_runs pairs actions by task and place, and tells what only one run has", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data } = await bed.call(TOOL, { run: SEEDED.runs.userError.name });
  const { rows, ...counts } = data.actions;
  assertEquals(counts, {
    ...{ compared: 3, different: 3, only_in_run: 0, only_in_against: 10 },
  });
  // The shard that failed comes first, beside the one that went well.
  const [failed, gone] = rows;
  assertEquals(failed.action, {
    before: SEEDED.actions.shards[1]?.name,
    after: SEEDED.actions.failedShard.name,
  });
  assertEquals(failed.phase, { before: "succeeded", after: "failed" });
  assertEquals(failed.attempts, { before: 1, after: 3 });
  assertEquals(gone.difference, "only `against` has it");
  assertEquals([gone.folded, gone.task], [9, "training.fit_shard"]);
  assertEquals(gone.names.length, 3);
  for (const row of rows.slice(3)) {
    assertMatch(row.duration.before, /^\d+s$/);
    assertEquals("phase" in row, false);
  }
});

Deno.test("compare_runs against a run that is given has version, image, resources and outputs", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data, text } = await bed.call(TOOL, {
    run: SEEDED.runs.fanOut.name,
    against: "train-4d-ago",
  });
  assertEquals(whatOf(data.differences), [
    "version",
    "image",
    "inputs",
    "resources",
    "outputs",
  ]);
  const [version, image, , resources, outputs] = data.differences;
  assertEquals([version.before, version.after], ["v2", "v3"]);
  assertMatch(image.after, /:v3$/);
  assertEquals(resources.before, { "request memory": "2Gi" });
  assertEquals(resources.after, { "request memory": "4Gi" });
  assertEquals(outputs.changed, ["o0", "o1"]);
  assertEquals([outputs.before.o0, outputs.after.o0], [0.914, 0.9312]);
  assertMatch(outputs.note, /addresses were compared/);
  assertEquals(data.actions.only_in_run, 12);
  assertEquals(data.not_compared, []);
  assertMatch(
    text,
    /^Run train-fan-out \(succeeded\) against train-4d-ago \(succeeded\): /,
  );
});

for (const [name, trouble] of Object.entries(TROUBLES)) {
  Deno.test(`compare_runs of ${name} finds what was changed since the last success`, async () => {
    await using bed = await openTroubles();
    const { data, text } = await bed.call(TOOL, { run: trouble.run.name });
    assertEquals(data.status, "ok", text);
    assertEquals(data.against.name, trouble.lastSuccess.name);
    const kinds = [
      ...["version", "image", "inputs", "env", "resources", "secrets"],
    ];
    const changed = whatOf(data.differences)
      .filter((what) => kinds.includes(what));
    assertEquals(
      changed.toSorted(),
      [...trouble.changed].toSorted(),
      JSON.stringify(data.differences),
    );
    assert(jsonBytes(data) <= 20_480);
  });
}

Deno.test("compare_runs of different tasks says so, and compares what can be", async () => {
  await using bed = await openTroubles();
  const { data, text } = await bed.call(TOOL, {
    run: TROUBLES.userException.run.name,
    against: TROUBLES.questions.lastSuccess.name,
  });
  assertEquals(data.same_task, false);
  const task = data.differences.find(({ what }: Told) => what === "task");
  assertEquals(task.after, "clean.clean_orders");
  assertMatch(
    text,
    /They run different tasks, so only what both have is compared\.\n/,
  );
  // Two conditions were answered in the one, none in the other.
  assertEquals(data.actions.only_in_against, 2);
  assertEquals(data.actions.rows[0].kind, "condition");
});

Deno.test("compare_runs takes pasted URLs of runs in different projects", async () => {
  await using bed = await openSeeded();
  const [one, other] = SEEDED.twins.map(({ project, domain, name }) =>
    `${bed.endpoint}/v2/domain/${domain}/project/${project}/runs/${name}`
  );
  const { data, text } = await bed.call(TOOL, { run: one, against: other });
  assertEquals(data.status, "ok", text);
  assertEquals(data.run.project, SEEDED.twins[0]?.project);
  assertEquals(data.against.project, SEEDED.twins[1]?.project);
});

Deno.test("compare_runs looks for a bare name where the other run is", async () => {
  await using bed = await openSeeded();
  const { project, domain, name } = SEEDED.runs.fanOut;
  const run =
    `${bed.endpoint}/v2/domain/${domain}/project/${project}/runs/${name}`;
  const { data } = await bed.call(TOOL, { run, against: "train-weekly" });
  assertEquals(data.against.project, project);
});

Deno.test("compare_runs proposes the call for a run that is elsewhere", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data } = await bed.call(TOOL, {
    run: SEEDED.runs.fanOut.name,
    against: SEEDED.runs.scheduled.name,
  });
  assertEquals(data.error.code, "not_found");
  const [, args = ""] = /compare_runs (\{.*\})\.$/.exec(data.error.next_step) ??
    [];
  const proposed = await bed.call(TOOL, JSON.parse(args));
  assertEquals(proposed.data.against.name, SEEDED.runs.scheduled.name);
});

Deno.test("compare_runs of a run with itself is an invalid argument", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { name } = SEEDED.runs.fanOut;
  const { data } = await bed.call(TOOL, { run: name, against: ` ${name} ` });
  assertEquals(data.error.code, "invalid_argument");
  assertMatch(data.error.message, /are both train-fan-out\.$/);
});

Deno.test("compare_runs without an earlier success says so, with a next step", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call(TOOL, {
    run: SEEDED.runs.approval.name,
    ...{ project: "ml-prod", domain: "production" },
  });
  assertEquals(data.status, "ok");
  assertEquals(data.against, null);
  assertEquals(data.differences, []);
  assertMatch(
    text,
    /^There is no success of release\.publish_model before run release-approval, so nothing was compared\.\n/,
  );
  assertMatch(data.next_steps[0], /^list_runs \{"project":"ml-prod",/);
});

Deno.test("compare_runs of runs that are not there is not_found", async () => {
  await using bed = await openSeeded({ env: ENV });
  const missing = await bed.call(TOOL, { run: "nope" });
  assertEquals(missing.data.error.code, "not_found");
  const other = await bed.call(TOOL, {
    run: SEEDED.runs.fanOut.name,
    against: "nope",
  });
  assertEquals(other.data.error.code, "not_found");
  assertMatch(other.data.error.message, /^Run "nope"/);
});

Deno.test("compare_runs of a run that goes on says that it may still change", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data } = await bed.call(TOOL, { run: SEEDED.runs.running.name });
  assertEquals(data.differences[0].after, "running");
  assert(
    data.not_compared.includes(
      "train-in-progress goes on: what it does may still change",
    ),
  );
  assertEquals(whatOf(data.differences).includes("duration"), false);
});

Deno.test("compare_runs folds many actions that differ alike, in a small result", async () => {
  await using bed = await openEmpty({ env: ENV });
  const planting = plantingIn(bed.sandbox.plane);
  for (const [name, phase] of [["good", 5], ["bad", 6]] as const) {
    const run = runKey(name);
    await plantRun(planting, run, { phase: ActionPhase.RUNNING });
    await plantActions(planting, run, { count: 300, phase });
  }
  const { data } = await bed.call(TOOL, { run: "bad", against: "good" });
  assertEquals(data.actions.different, 300);
  assertEquals(data.actions.rows.length, 1);
  const [row] = data.actions.rows;
  assertEquals([row.folded, row.names.length], [300, 3]);
  assertEquals(row.phase, { before: "succeeded", after: "failed" });
  assert(jsonBytes(data) < 4_000, `${jsonBytes(data)} bytes`);
});
