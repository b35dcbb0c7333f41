import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SEEDED } from "../../sandbox/seed/mod.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { fastClock, type TestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantActions, plantingIn, plantRun, runKey } from "./planting.ts";

const { FAILED, PAUSED, QUEUED, RUNNING, SUCCEEDED } = ActionPhase;

/** Deadlines pass in a test, and watches are still faster. */
const TIMES = 20;

const RUN = runKey("train");

/** A bed that tells when the run is watched. */
interface WaitingBed extends TestBed {
  /** Resolves when the watch has its first message, or has failed. */
  readonly watched: Promise<void>;
  /** Resolves when the watch is asked for. */
  readonly asked: Promise<void>;
}

async function openWaiting(
  phase: ActionPhase,
  clock = fastClock(TIMES),
): Promise<WaitingBed> {
  const stack = new AsyncDisposableStack();
  const network = stack.use(createFetch({ caCert: null }));
  const asked = Promise.withResolvers<void>();
  const watched = Promise.withResolvers<void>();
  let watches = 0;
  const fetch: Fetch = async (url, init) => {
    // The first of them counts the actions, the second one is the watch.
    const isWatch = url.endsWith("WatchActions") && ++watches === 2;
    if (!isWatch) return await network(url, init);
    asked.resolve();
    try {
      return await network(url, init);
    } finally {
      watched.resolve();
    }
  };
  const env = { FLYTE_PROJECT: RUN.project };
  const bed = stack.use(await openEmpty({ clock, env, fetch }));
  await plantRun(plantingIn(bed.sandbox.plane), RUN, { phase });
  return {
    ...bed,
    ...{ asked: asked.promise, watched: watched.promise },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Reports a phase of the root, as an executor does. */
async function report(bed: TestBed, phase: ActionPhase): Promise<void> {
  const actionId = { run: { ...RUN }, name: "a0" };
  const { internal } = plantingIn(bed.sandbox.plane);
  await internal.updateActionStatus({ actionId, status: { phase } });
}

Deno.test("wait_for_run() answers at once when the run has ended", async () => {
  await using bed = await openWaiting(SUCCEEDED, systemClock);
  const { data, text } = await bed.call("wait_for_run", { run: "train" });
  assertEquals(data.reached, true, text);
  assertEquals(data.phase, "succeeded");
  assertEquals(data.suggest, null);
  assertEquals(data.actions.by_phase, { succeeded: 1 });
  assertMatch(text, /^Run train succeeded( after [0-9.a-z]+)?\.\n/);
});

/** Fast, but the pauses from one question to the next last until they are broken off. */
function pollingNever(): Clock {
  const fast = fastClock(TIMES);
  return {
    now: fast.now,
    sleep: (ms, signal) =>
      fast.sleep(ms >= 4000 && ms <= 6000 ? 1_000_000 : ms, signal),
  };
}

Deno.test("wait_for_run() hears of the end of a run from its watch", async () => {
  await using bed = await openWaiting(RUNNING, pollingNever());
  const waiting = bed.call("wait_for_run", { run: "train" });
  await bed.watched;
  await report(bed, SUCCEEDED);
  const { data, text } = await waiting;
  assertEquals([data.reached, data.changed], [true, true], text);
  assertEquals(data.phase, "succeeded");
});

Deno.test("wait_for_run() sees the end of a run of which its watch is told nothing", async () => {
  await using bed = await openWaiting(RUNNING);
  using _lost = bed.sandbox.plane.lose(() => true);
  const waiting = bed.call("wait_for_run", { run: "train" });
  await bed.watched;
  await report(bed, FAILED);
  const { data, text } = await waiting;
  assertEquals(data.phase, "failed", text);
  assertEquals(data.reached, true);
});

for (const kind of ["stall", "drop", "reset"] as const) {
  Deno.test(`wait_for_run() sees the end of a run although its watches ${kind}`, async () => {
    await using bed = await openWaiting(RUNNING);
    const { faults } = bed.sandbox.ingress;
    faults.next("WatchActions", { kind }, { times: 50 });
    const waiting = bed.call("wait_for_run", { run: "train" });
    await bed.asked;
    await report(bed, SUCCEEDED);
    const { data, text } = await waiting;
    assertEquals(data.phase, "succeeded", text);
  });
}

Deno.test("wait_for_run() says in 400 bytes that nothing changed", async () => {
  await using bed = await openWaiting(RUNNING);
  const { data, text } = await bed.call("wait_for_run", { run: "train" });
  assertEquals([data.reached, data.changed], [false, false], text);
  assertEquals(data.phase, "running");
  assertEquals(data.suggest, "call_again");
  assert(jsonBytes(data) <= 400, JSON.stringify(data));
  assertMatch(text, /nothing changed\. Call again\.\n/);
});

Deno.test("wait_for_run() waits no longer than FLYTE_MCP_MAX_WAIT allows", async () => {
  const fast = fastClock(TIMES);
  const slept: number[] = [];
  const clock: Clock = {
    now: fast.now,
    sleep(ms, signal) {
      slept.push(ms);
      return fast.sleep(ms, signal);
    },
  };
  const env = { FLYTE_PROJECT: RUN.project, FLYTE_MCP_MAX_WAIT: "2" };
  await using bed = await openEmpty({ clock, env });
  await plantRun(plantingIn(bed.sandbox.plane), RUN, { phase: QUEUED });
  const { data } = await bed.call("wait_for_run", { run: "train" });
  assertEquals(data.reached, false);
  // A longer wait would have slept from one question to the next.
  assertEquals(slept.filter((ms) => ms > 2500 && ms < 5000), []);
});

const BELOW = [
  ["paused", PAUSED],
  ["any_failure", FAILED],
  ["any_failure", ActionPhase.TIMED_OUT],
] as const;

for (const [until, phase] of BELOW) {
  Deno.test(`wait_for_run() until ${until} ends when an action is ${ActionPhase[phase]}`, async () => {
    await using bed = await openWaiting(RUNNING);
    const planting = plantingIn(bed.sandbox.plane);
    await plantActions(planting, RUN, { count: 1, phase });
    const { data, text } = await bed.call("wait_for_run", {
      run: "train",
      until,
    });
    assertEquals([data.reached, data.phase], [true, "running"], text);
  });
}

Deno.test("wait_for_run() until running ends when the run runs", async () => {
  await using bed = await openWaiting(QUEUED);
  const waiting = bed.call("wait_for_run", { run: "train", until: "running" });
  await bed.watched;
  await report(bed, RUNNING);
  const { data, text } = await waiting;
  assertEquals([data.reached, data.phase], [true, "running"], text);
});

Deno.test("wait_for_run() tells an agent to end its turn when a person is waited for", async () => {
  await using bed = await openWaiting(RUNNING, systemClock);
  const planting = plantingIn(bed.sandbox.plane);
  await plantActions(planting, RUN, { count: 1, phase: PAUSED });
  const { data, text } = await bed.call("wait_for_run", {
    run: "train",
    wait_seconds: 0,
  });
  assertEquals([data.reached, data.suggest], [false, "end_turn"]);
  assertMatch(text, /End your turn: it waits for a person's answer; /);
});

Deno.test("wait_for_run() does not say that a run goes on which is queued", async () => {
  await using bed = await openSeeded();
  const args = { run: SEEDED.runs.queued.name, wait_seconds: 0 };
  const { data, text } = await bed.call("wait_for_run", args);
  assertEquals(data.suggest, "end_turn");
  assertMatch(text, /End your turn; get_run tells what it waits for\.\n/);
});

Deno.test("wait_for_run() overlooks a question that fails once", async () => {
  await using bed = await openWaiting(RUNNING);
  const waiting = bed.call("wait_for_run", { run: "train" });
  await bed.watched;
  const unavailable = { kind: "status", status: 503 } as const;
  bed.sandbox.ingress.faults.next("GetRunDetails", unavailable, { times: 3 });
  await report(bed, SUCCEEDED);
  const { data, text } = await waiting;
  assertEquals(data.phase, "succeeded", text);
});

Deno.test("wait_for_run() refuses what it does not have", async () => {
  await using bed = await openWaiting(RUNNING);
  const wrong = await bed.call("wait_for_run", { run: "train", until: "done" });
  assertEquals(wrong.data.error.code, "invalid_argument");
  const absent = await bed.call("wait_for_run", { run: "nowhere" });
  assertEquals(absent.data.error.code, "not_found");
});
