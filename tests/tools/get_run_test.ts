/** What get_run tells of the seeded runs, and of what a run can have failed with. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ErrorInfo_Kind } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Called } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import {
  plantCondition,
  plantError,
  plantingIn,
  plantRun,
  runKey,
} from "./planting.ts";

/** What stands in a fence, which must be whole. */
function quoted(text: string): string {
  const found = /^<<data-([0-9a-f]{8}) ([^]*) \1-data>>$/.exec(text);
  assert(found?.[2] !== undefined, `not fenced: ${text}`);
  return found[2];
}

const DEVELOPMENT = { project: "flytesnacks", domain: "development" };
const PRODUCTION = { project: "ml-prod", domain: "production" };
const TRAIN = { task: "training.train_model", version: "v3" };
const FORECAST = { task: "forecast.daily", version: "v2" };
const OPEN = { duration: null };

/** The seeded runs with what is to be told of each. */
const RUNS: Record<string, Record<string, unknown>> = {
  "train-fan-out": {
    ...DEVELOPMENT,
    ...TRAIN,
    phase: "succeeded",
    source: "cli",
    by: "ada@example.com",
    duration: "2m11s",
    counts: { succeeded: 14 },
  },
  "train-bad-row": {
    ...DEVELOPMENT,
    ...TRAIN,
    phase: "failed",
    source: "cli",
    by: "ada@example.com",
    duration: "45s",
    counts: { succeeded: 2, failed: 2 },
    error: ["user", "could not convert string to float: 'n/a'"],
  },
  "train-out-of-memory": {
    ...DEVELOPMENT,
    ...TRAIN,
    phase: "failed",
    source: "web",
    by: "grace@example.com",
    duration: "1m4s",
    counts: { failed: 1 },
    error: [
      "user",
      "Pod failed. No message received from kubernetes.\n" +
      "[train-out-of-memory-a0-0] terminated with exit code (137). " +
      "Reason [OOMKilled]. Message: \n.",
    ],
  },
  "train-in-progress": {
    ...DEVELOPMENT,
    ...TRAIN,
    ...OPEN,
    phase: "running",
    source: "cli",
    by: "ada@example.com",
    counts: { queued: 1, initializing: 1, running: 3, succeeded: 2 },
    waits: ["unschedulable", "image_pull"],
  },
  "train-import-error": {
    ...DEVELOPMENT,
    ...TRAIN,
    ...OPEN,
    phase: "running",
    source: "cli",
    by: "ada@example.com",
    counts: { running: 1 },
  },
  "train-wrong-dataset": {
    ...DEVELOPMENT,
    ...TRAIN,
    phase: "aborted",
    source: "cli",
    by: "ada@example.com",
    duration: "38s",
    counts: { succeeded: 1, aborted: 3 },
    abort: "wrong dataset, see the 2026 one",
  },
  "train-needs-gpu": {
    ...DEVELOPMENT,
    ...OPEN,
    task: "training.fine_tune",
    version: "v1",
    phase: "queued",
    source: "web",
    by: "grace@example.com",
    counts: { queued: 1 },
    waits: ["unschedulable"],
  },
  "train-missing-image": {
    ...DEVELOPMENT,
    ...OPEN,
    task: "training.train_model",
    version: "v4-rc1",
    phase: "initializing",
    source: "cli",
    by: "ada@example.com",
    counts: { initializing: 1 },
    waits: ["image_pull"],
  },
  "release-approval": {
    ...PRODUCTION,
    ...OPEN,
    task: "release.publish_model",
    version: "v1",
    phase: "running",
    source: "web",
    by: "grace@example.com",
    counts: { running: 1, paused: 1 },
    waits: ["answer"],
    gate: "Publish **orders-7** to production?",
  },
  "forecast-backfill": {
    ...PRODUCTION,
    ...FORECAST,
    phase: "timed_out",
    source: "cli",
    by: "mary@example.com",
    duration: "10m0s",
    counts: { timed_out: 1 },
    error: ["user", "task timed out after 600s"],
  },
  "forecast-nightly": {
    ...PRODUCTION,
    ...FORECAST,
    phase: "succeeded",
    source: "schedule_trigger",
    by: null,
    duration: "27s",
    counts: { succeeded: 4 },
  },
};

for (const [run, known] of Object.entries(RUNS)) {
  Deno.test(`get_run tells what is known of ${run}`, async () => {
    await using bed = await openSeeded();
    const { data, text } = await bed.call("get_run", { run });
    assertEquals(data.status, "ok", text);
    const { project, domain } = known;
    assertEquals(data.scope, { project, domain, source: "lookup" });
    assertEquals(data.name, run);
    assertEquals({
      phase: data.phase,
      task: data.task,
      version: data.version,
      source: data.source,
      by: data.started_by,
      duration: data.duration,
      attempts: data.attempts,
      counts: data.actions.by_phase,
      complete: data.actions.complete,
    }, {
      phase: known.phase,
      task: known.task,
      version: known.version,
      source: known.source,
      by: known.by,
      duration: known.duration,
      attempts: 1,
      counts: known.counts,
      complete: true,
    });
    assertEquals(
      data.url,
      `${bed.endpoint}/v2/domain/${domain}/project/${project}/runs/${run}`,
    );
    checkTimes(data, known);
    checkTroubles(data, known);
    assertMatch(text, new RegExp(`^Run ${run} \\(`));
  });
}

function checkTimes(data: Called["data"], known: typeof RUNS[string]) {
  const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
  assertMatch(data.started_at, utc);
  const ended = known.duration !== null;
  assertEquals(data.ended_at !== null, ended);
  if (ended) assertMatch(data.ended_at, utc);
  // The counts are of all actions, the root included.
  const counts = Object.values(data.actions.by_phase) as number[];
  assertEquals(data.actions.total, counts.reduce((sum, n) => sum + n, 0));
}

function checkTroubles(data: Called["data"], known: typeof RUNS[string]) {
  if (known.error) {
    const { kind, message } = data.error;
    assertEquals([kind, quoted(message)], known.error as string[]);
  } else assertEquals(data.error, null);
  if (known.abort) assertEquals(quoted(data.abort_reason), known.abort);
  const kinds = data.waiting_for.map(({ kind }: { kind: string }) => kind);
  assertEquals(kinds, known.waits ?? []);
  if (!known.gate) return;
  const [gate] = data.waiting_for;
  assertEquals(gate.condition, "approve");
  assertEquals(quoted(gate.prompt), known.gate);
  assertMatch(gate.action, /^\w+$/);
  assert(Date.parse(gate.since) > Date.parse(data.started_at));
}

Deno.test("get_run says in one sentence how a run stands", async () => {
  await using bed = await openSeeded();
  const sentences = await Promise.all(
    [
      "train-bad-row",
      "train-fan-out",
      "train-in-progress",
      "release-approval",
      "train-wrong-dataset",
    ].map(async (run) => {
      const { text } = await bed.call("get_run", { run });
      return text.split("\n")[0]?.replace(/\b[0-9a-f]{8}\b/g, "XXXX")
        .replace(/action \w{20,}/, "action NAME");
    }),
  );
  assertEquals(sentences, [
    "Run train-bad-row (training.train_model) failed after 45s: <<data-XXXX could not convert string to float: 'n/a' XXXX-data>>.",
    "Run train-fan-out (training.train_model) succeeded after 2m11s.",
    "Run train-in-progress (training.train_model) is running; action NAME waits: no node can take its pod.",
    "Run release-approval (release.publish_model) is running, waiting for a person's answer.",
    "Run train-wrong-dataset (training.train_model) was aborted after 38s: <<data-XXXX wrong dataset, see the 2026 one XXXX-data>>.",
  ]);
});

Deno.test("get_run takes the error of a timeout from the last attempt that has one", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("late");
  await plantRun(planting, run, { phase: ActionPhase.TIMED_OUT, attempts: 3 });
  for (const attempt of [1, 2]) {
    await plantError(planting, run, {
      attempt,
      message: `attempt ${attempt}`,
      kind: ErrorInfo_Kind.SYSTEM,
      phase: ActionPhase.FAILED,
    });
  }
  const { data } = await bed.call("get_run", { run: "late" });
  assertEquals(data.attempts, 3);
  assertEquals(data.error.kind, "system");
  assertEquals(quoted(data.error.message), "attempt 2");
});

Deno.test("get_run says that nothing is known of a failure whose events are missing", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantRun(planting, runKey("silent"), { phase: ActionPhase.FAILED });
  const { data, text } = await bed.call("get_run", { run: "silent" });
  assertEquals(data.error, { kind: null, message: null });
  assertMatch(text, /^Run silent \(tests\.main\) failed after \d+ms\.\n/);
});

for (
  const [kind, told] of [
    [ErrorInfo_Kind.USER, "user"],
    [ErrorInfo_Kind.SYSTEM, "system"],
    [ErrorInfo_Kind.UNSPECIFIED, null],
    // The enum is open: a newer server knows more kinds.
    [7 as ErrorInfo_Kind, "unknown_7"],
  ] as const
) {
  Deno.test(`get_run tells the kind ${told} of an error`, async () => {
    await using bed = await openEmpty();
    const planting = plantingIn(bed.sandbox.plane);
    const run = runKey("failed");
    const phase = ActionPhase.FAILED;
    await plantRun(planting, run, { phase });
    await plantError(planting, run, { message: "no", kind, phase });
    const { data } = await bed.call("get_run", { run: "failed" });
    assertEquals(data.error.kind, told);
  });
}

Deno.test("get_run keeps both ends of an error that is long", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("long");
  const phase = ActionPhase.FAILED;
  await plantRun(planting, run, { phase });
  const message = `BEGIN${'"\\数'.repeat(30_000)}END`;
  await plantError(planting, run, {
    message,
    kind: ErrorInfo_Kind.USER,
    phase,
  });
  const { data, text, isError } = await bed.call("get_run", { run: "long" });
  assertEquals(isError, false, text.slice(0, 500));
  const told = quoted(data.error.message);
  assertMatch(told, /^BEGIN[^]*characters left out[^]*END$/);
  assert(told.length < 4200, `${told.length}`);
});

Deno.test("get_run tells how long a run took that has no duration yet", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantRun(planting, runKey("done"), {
    createdAt: Date.now() - 65_000,
    phase: ActionPhase.RECOVERED,
  });
  const { data } = await bed.call("get_run", { run: "done" });
  assertEquals(data.phase, "recovered");
  assertMatch(data.duration, /^1m[5-9]s$/);
});

Deno.test("get_run tells neither end nor duration of a run that goes on", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("retried");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING, attempts: 2 });
  await plantError(planting, run, {
    message: "the first attempt",
    kind: ErrorInfo_Kind.USER,
    phase: ActionPhase.FAILED,
  });
  const { data } = await bed.call("get_run", { run: "retried" });
  assertEquals([data.ended_at, data.duration, data.error], [null, null, null]);
  assertEquals(data.attempts, 2);
});

Deno.test("get_run lists five of many gates, and counts them all", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("gates");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING });
  for (let at = 0; at < 7; at++) {
    await plantCondition(planting, run, { name: `g${at}`, prompt: `${at}?` });
  }
  const { data, text } = await bed.call("get_run", { run: "gates" });
  assertEquals(data.waiting_for.length, 5);
  assertEquals(data.actions.by_phase, { running: 1, paused: 7 });
  assertMatch(text, /waiting for 7 answers\.\n/);
});

Deno.test("get_run shows a gate without a prompt", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("gate");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING });
  await plantCondition(planting, run, { name: "g1", prompt: "" });
  const { data } = await bed.call("get_run", { run: "gate" });
  const [{ since, ...gate }] = data.waiting_for;
  assertEquals(gate, {
    kind: "answer",
    action: "g1",
    condition: "g1",
    prompt: null,
  });
  assertMatch(since, /Z$/);
});

Deno.test("get_run tells an abort that nobody gave a reason for", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("gone");
  await plantRun(planting, run, { phase: ActionPhase.RUNNING });
  await planting.runs.abortRun({ runId: { ...run }, reason: "" });
  const { data } = await bed.call("get_run", { run: "gone" });
  assertEquals(data.phase, "aborted");
  assertEquals(data.abort_reason, null);
});

Deno.test("get_run says how long a run goes on already, and of an ended one nothing", async () => {
  await using bed = await openSeeded({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const running = await bed.call("get_run", { run: "train-in-progress" });
  assertMatch(running.data.elapsed, /^\d+m\d+s$/);
  assertEquals(running.data.duration, null);
  const ended = await bed.call("get_run", { run: "train-bad-row" });
  assertEquals(ended.data.elapsed, null);
});
