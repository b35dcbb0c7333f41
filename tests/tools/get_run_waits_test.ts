/** What get_run says of runs that do not move. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SCALE, TROUBLES } from "../../sandbox/seed/mod.ts";
import { openTestBed } from "../harness.ts";
import { openEmpty } from "./beds.ts";
import { plantActions, plantingIn, plantRun, runKey } from "./planting.ts";

function openTroubles() {
  return openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, troubles: true } },
  });
}

for (
  const [trouble, kind, sentence] of [
    [
      "unschedulable",
      "unschedulable",
      /is queued; no node can take its pod\.$/,
    ],
    ["preempted", "preempted", /is running; its pod was preempted/],
    ["waitsForCache", "cache", /is queued; another run computes the same/],
    [
      "neverEnqueued",
      "not_enqueued",
      /queued for 20m\d+s without an event, it may never have been enqueued\.$/,
    ],
  ] as const
) {
  Deno.test(`get_run says what a run waits for: ${trouble}`, async () => {
    await using bed = await openTroubles();
    const { name: run } = TROUBLES[trouble].run;
    const { data, text } = await bed.call("get_run", { run });
    const [wait, ...others] = data.waiting_for;
    assertEquals([wait.kind, wait.action, others], [kind, "a0", []]);
    assertEquals(wait.message === null, kind === "not_enqueued");
    assertMatch(wait.since, /Z$/);
    assertMatch(text.split("\n")[0] ?? "", sentence);
  });
}

for (const trouble of ["overdue", "crashLoop", "userException"] as const) {
  Deno.test(`get_run does not say that a run waits which does not: ${trouble}`, async () => {
    await using bed = await openTroubles();
    const { name: run } = TROUBLES[trouble].run;
    const { data } = await bed.call("get_run", { run });
    assertEquals(data.waiting_for, []);
  });
}

Deno.test("get_run puts questions to people before what else is waited for", async () => {
  await using bed = await openTroubles();
  const { name: run } = TROUBLES.questions.run;
  const { data, text } = await bed.call("get_run", { run });
  const kinds = data.waiting_for.map((one: { kind: string }) => one.kind);
  assertEquals(kinds, ["answer", "answer", "answer"]);
  assertMatch(text, /is running, waiting for 3 answers\.\n/);
});

Deno.test("get_run tells one reason once, of the action that has waited longest", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, actions: 1_200 } },
  });
  const { data } = await bed.call("get_run", { run: SCALE.wide.name });
  assertEquals(data.actions.by_phase.queued, 50);
  const [wait, ...others] = data.waiting_for;
  assertEquals([wait.kind, others], ["unschedulable", []]);
  // The last fifty shards wait; those of one second are equally old.
  const oldest = Array.from(
    { length: 20 },
    (_, at) => SCALE.shard(1_149 + at).name,
  );
  assert(oldest.includes(wait.action), wait.action);
});

Deno.test("get_run looks at three of many actions that wait", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("wide");
  const phase = ActionPhase.RUNNING;
  await plantRun(planting, run, { phase });
  await plantActions(planting, run, { count: 20, phase: ActionPhase.QUEUED });
  const { data } = await bed.call("get_run", { run: "wide" });
  assertEquals(data.waiting_for.length, 1);
  const details = bed.sandbox.ingress.requests.filter(({ path }) =>
    path.endsWith("GetActionDetails")
  );
  assertEquals(details.length, 3);
  assert(data.waiting_for[0].what.startsWith("it is queued"));
});
