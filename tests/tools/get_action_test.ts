/** One action: attempts, phases, events, links, conditions, and what does not fit. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ErrorInfo_Kind } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { identifierOf } from "../../sandbox/plane/kubernetes/reports.ts";
import { HOSTILE } from "../../sandbox/seed/mod.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { openTestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantError, plantingIn, plantRun, runKey } from "./planting.ts";

const { actions, runs } = SEEDED;

/** What stands in a fence, which must be whole. */
function quoted(text: string): string {
  const found = /^<<data-([0-9a-f]{8}) ([^]*) \1-data>>$/.exec(text);
  assert(found?.[2] !== undefined, `not fenced: ${text}`);
  return found[2];
}

Deno.test("get_action tells a retried action with all its attempts", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_action", {
    run: runs.userError.name,
    action: actions.failedShard.name,
    response_format: "detailed",
  });
  assertEquals(data.status, "ok", text);
  assertEquals(
    [data.name, data.parent, data.group, data.kind, data.task, data.version],
    [
      actions.failedShard.name,
      "a0",
      "shards",
      "task",
      "training.fit_shard",
      "v3",
    ],
  );
  assertEquals([data.phase, data.attempts_total], ["failed", 3]);
  assertEquals(
    quoted(data.error.message),
    "could not convert string to float: 'n/a'",
  );
  const told = data.attempts.map((
    one: { attempt: number; phase: string; superseded: boolean },
  ) => [one.attempt, one.phase, one.superseded]);
  assertEquals(told, [
    [1, "running", true],
    [2, "running", true],
    [3, "failed", false],
  ]);
  const [first, , last] = data.attempts;
  assertEquals(Object.keys(last.phases), ["queued", "initializing", "running"]);
  assertEquals([first.ended_at, first.error], [null, null]);
  // It was over when the next one began, which is all that is known.
  assertMatch(first.duration, /^1\ds$/);
  assertMatch(
    text,
    /^Action \w+ \(training\.fit_shard\): failed after (39|40)s, attempt 3: <<data-/,
  );
});

Deno.test("get_action tells the events of the last attempt, or of the one asked for", async () => {
  await using bed = await openSeeded();
  const args = {
    run: runs.userError.name,
    action: actions.failedShard.name,
    response_format: "detailed",
  };
  const last = await bed.call("get_action", args);
  assertEquals(last.data.attempt, 3);
  assertEquals(quoted(last.data.events[0].message), "restarting task");
  const first = await bed.call("get_action", { ...args, attempt: 1 });
  assertEquals(first.data.attempt, 1);
  const messages = first.data.events.map((one: { message: string }) =>
    quoted(one.message)
  );
  assertEquals(messages[0], "task submitted to K8s");
  assertEquals(new Set(messages).size, messages.length);
  const twice = first.data.events.find((one: { count?: number }) => one.count);
  assertEquals(quoted(twice.message), "[|ContainerCreating]: |");
  assertEquals(twice.count, 2);
  assertMatch(first.data.log_links[0].url, /^http:\/\/localhost:30082\//);
  const none = await bed.call("get_action", { ...args, attempt: 4 });
  assertEquals(none.data.error.code, "invalid_argument");
  assertMatch(none.data.error.next_step, /has the attempts 1, 2, 3/);
});

Deno.test("get_action tells the root unless told otherwise", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", { run: runs.userError.name });
  assertEquals([data.name, data.parent], ["a0", null]);
  assertMatch(data.url, /\/runs\/train-bad-row$/);
  const asked = bed.ingress.requests.map(({ path }) => path);
  assertEquals(asked.filter((path) => path.endsWith("GetActionDetails")), []);
});

Deno.test("get_action tells what came from the cache", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", {
    run: runs.fanOut.name,
    action: actions.cachedShard.name,
  });
  assertEquals([data.cache, data.attempts[0].cache], ["hit", "hit"]);
  assertEquals(data.log_links, []);
});

Deno.test("get_action tells a trace, which has no attempt", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", {
    run: runs.fanOut.name,
    action: actions.trace.name,
  });
  assertEquals([data.kind, data.task], ["trace", "read_index"]);
  assertEquals([data.attempts, data.attempt, data.events], [[], null, []]);
});

Deno.test("get_action tells what a condition asks", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", {
    run: runs.approval.name,
    action: actions.approval.name,
  });
  assertEquals([data.kind, data.phase], ["condition", "paused"]);
  const { prompt, description, ...condition } = data.condition;
  assertEquals(condition, {
    name: "approve",
    expects: "boolean",
    answered: false,
    answered_by: null,
  });
  assertEquals(quoted(prompt), "Publish **orders-7** to production?");
  assertMatch(quoted(description), /^Accuracy/);
});

for (
  const [run, kind, what] of [
    [runs.queued.name, "unschedulable", "no node can take its pod"],
    [runs.imagePull.name, "image_pull", "its image cannot be pulled"],
  ] as const
) {
  Deno.test(`get_action says what ${run} waits for`, async () => {
    await using bed = await openSeeded();
    const { data, text } = await bed.call("get_action", { run });
    assertEquals([data.waiting_for.kind, data.waiting_for.what], [kind, what]);
    assertMatch(text, new RegExp(`; ${what}\\.\\n`));
  });
}

Deno.test("get_action says that a run has no such action", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", {
    run: runs.fanOut.name,
    action: "fit_shard",
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(
    data.error.message,
    'Run train-fan-out has no action "fit_shard".',
  );
  assertMatch(data.error.next_step, /list_actions \{"run":"train-fan-out"/);
  assertEquals(data.error.scope.project, "flytesnacks");
});

Deno.test("get_action of a run that was aborted tells the reason", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_action", { run: runs.aborted.name });
  assertEquals(quoted(data.abort_reason), "wrong dataset, see the 2026 one");
});

Deno.test("get_action fits into a result whatever an action has gone through", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("long");
  const phase = ActionPhase.FAILED;
  await plantRun(planting, run, { phase, attempts: 20 });
  const message = '"\\数\n'.repeat(5000);
  const kind = ErrorInfo_Kind.USER;
  for (let attempt = 1; attempt <= 20; attempt++) {
    await plantError(planting, run, { message, kind, phase, attempt });
  }
  await planting.internal.recordActionEvents({
    events: Array.from({ length: 60 }, (_, at) => ({
      id: identifierOf({ run, name: "a0" }),
      attempt: 20,
      phase,
      version: at + 1,
      clusterEvents: [{
        message: `${at} ${"数".repeat(3000)}`,
        occurredAt: timestampFromMs(Date.now()),
      }],
      updatedTime: timestampFromMs(Date.now()),
    })),
  });
  const { data, text } = await bed.call("get_action", { run: "long" });
  assertEquals(data.status, "ok", text.slice(0, 300));
  assert(jsonBytes(data) <= RESULT_BYTES.usual, `${jsonBytes(data)} bytes`);
  assertEquals(data.attempts.at(-1).attempt, 20);
  assertEquals(data.attempts_total, 20);
  assertEquals(data.events.length + data.events_left_out, 60);
  assertMatch(quoted(data.events.at(-1).message), /^59 /);
  assert(quoted(data.error.message).length > 500);
});

Deno.test("get_action fences what an action, its events and its links say", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
  const { failed, queued, waiting } = HOSTILE.runs;
  const link = await bed.call("get_action", { run: failed.name });
  const [hostile] = link.data.log_links;
  assertMatch(quoted(hostile.url), /^javascript:/);
  quoted(link.data.error.message);
  const event = await bed.call("get_action", { run: queued.name });
  quoted(event.data.waiting_for.message);
  for (const { message } of event.data.events) quoted(message);
  const gate = await bed.call("get_action", {
    run: waiting.name,
    action: HOSTILE.actions.condition.name,
  });
  quoted(gate.data.condition.prompt);
  for (const { data } of [link, event, gate]) {
    // deno-lint-ignore no-control-regex
    assertNotMatch(JSON.stringify(data), /[\u0000-\u001f\u202a-\u202e\ufdd0]/);
  }
});
