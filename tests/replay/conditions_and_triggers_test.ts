/** Conditions and triggers as the real services told them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectServer } from "../harness.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const CORE = recorded("runs-read", "streams", "data");
const KUBERNETES = recorded("kubernetes");
const TRIGGERS = recorded("triggers");

const SNACKS = { project: "flytesnacks", domain: "development" };

/** The question and the answer, which are JSON of the IDL's messages. */
// deno-lint-ignore no-explicit-any
function bodiesOf({ request, response }: Exchange): { asked: any; got: any } {
  return { asked: request?.json, got: response?.json ?? {} };
}

/** Recorded answers of this RPC that are no refusals. */
function answersOf(exchanges: readonly Exchange[], rpc: string): Exchange[] {
  return exchanges.filter((one) =>
    one.rpc?.endsWith(rpc) && one.response?.status === 200
  );
}

const CONDITIONS = answersOf([...CORE, ...KUBERNETES], "/GetActionDetails")
  .filter((one) => bodiesOf(one).got.details.condition);

/** The run and the list of one of its actions, which nobody asked for then. */
function around({ run, name }: { run: unknown; name: string }): Exchange[] {
  const root = { id: { run, name: "a0" } };
  return [
    {
      case: "its run",
      rpc: "flyteidl2.workflow.RunService/GetRunDetails",
      request: { json: { runId: run } },
      response: { status: 200, json: { details: { action: root } } },
    },
    {
      case: "the list that it is in",
      rpc: "flyteidl2.workflow.RunService/ListActions",
      request: { json: { runId: run } },
      response: { status: 200, json: { actions: [{ id: { run, name } }] } },
    },
  ];
}

for (const exchange of CONDITIONS) {
  Deno.test(`list_conditions tells what was recorded: ${exchange.case}`, async () => {
    const { details } = bodiesOf(exchange).got;
    const { id, condition, signalInfo, status } = details;
    await using flyte = await serveRecorded([exchange, ...around(id)]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("list_conditions", {
      run: id.run.name,
      ...SNACKS,
    });
    assertEquals(data.status, "ok", text);
    const [row] = data.conditions;
    assertEquals([row.action, row.condition], [id.name, condition.name]);
    assertEquals(row.expects, condition.type.simple.toLowerCase());
    assert(row.prompt.includes(condition.prompt), row.prompt);
    const waits = status.phase === "ACTION_PHASE_PAUSED";
    assertEquals(row.phase === "paused", waits);
    // Who answered was never recorded; what was is there.
    const primitive = signalInfo?.output.scalar.primitive;
    const [answer = null] = Object.values(primitive ?? {});
    assertEquals(String(row.answer), String(answer));
    assertEquals(row.answered_by, null);
    assertEquals(row.times_out_at !== null, waits && "timeout" in condition);
  });
}

Deno.test("list_conditions finds the recorded runs that wait", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_conditions", SNACKS);
  const paused = CORE.find((one) => one.case === "list: paused actions only");
  assert(paused);
  const [run] = bodiesOf(paused).got.runs;
  assertEquals(data.status, "ok", text);
  assertEquals(
    data.conditions.map((one: { run: string }) => one.run),
    [run.action.id.run.name],
  );
  assertEquals(data.next_cursor, null);
});

Deno.test("list_conditions of the recorded run that waits has its one condition", async () => {
  const run = { ...SNACKS, name: "r-pause" };
  // Nobody asked for the run itself then.
  const [root] = around({ run, name: "c1" });
  assert(root);
  await using flyte = await serveRecorded([root, ...CORE]);
  await using server = await connectServer(flyte.url);
  for (const waiting_only of [true, false]) {
    const { data } = await server.call("list_conditions", {
      ...{ run: "r-pause", waiting_only, ...SNACKS },
    });
    assertEquals(data.conditions.length, 1);
    const [{ condition, prompt, description }] = data.conditions;
    assertEquals(condition, "approve");
    assertMatch(prompt, / Ship model 7\? /);
    assertMatch(description, / accuracy 0\.93 /);
  }
});

for (const exchange of answersOf(TRIGGERS, "/GetTriggerDetails")) {
  // Without a task's name any may be meant: this server always asks with one.
  if (!bodiesOf(exchange).asked.name.taskName) continue;
  Deno.test(`get_trigger tells what was recorded: ${exchange.case}`, async () => {
    const { trigger } = bodiesOf(exchange).got;
    await using flyte = await serveRecorded([exchange, ...TRIGGERS, ...CORE]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("get_trigger", {
      trigger: trigger.id.name.name,
      task: trigger.id.name.taskName,
      ...SNACKS,
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.active, trigger.spec.active ?? false);
    assertEquals(data.task_version, trigger.spec.taskVersion);
    assertEquals(String(data.revision), trigger.id.revision);
    assert(data.description.includes(trigger.spec.description));
    const { expression } = trigger.automationSpec.schedule.cron;
    assertEquals(data.automation.expression, expression);
    assertEquals(data.automation.next_times?.length ?? 0, data.active ? 3 : 0);
  });
}

Deno.test("get_trigger of a recorded trigger has the run that it started", async () => {
  const listed = TRIGGERS.find((one) => one.case === "list by task");
  assert(listed);
  const [nightly] = bodiesOf(listed).got.triggers;
  const { active, id, status, automationSpec } = nightly;
  const details: Exchange = {
    case: "the same in full, as far as the list tells it",
    rpc: "flyteidl2.trigger.TriggerService/GetTriggerDetails",
    request: { json: { name: id.name } },
    response: {
      status: 200,
      json: { trigger: { id, status, automationSpec, spec: { active } } },
    },
  };
  await using flyte = await serveRecorded([details, ...CORE]);
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("get_trigger", {
    ...{ trigger: "nightly", task: "etl.load", ...SNACKS },
  });
  assertEquals(data.status, "ok", text);
  assertEquals(data.last_runs.map((run: { name: string }) => run.name), [
    "r-trig",
  ]);
  assertEquals(data.last_started_at, "2026-11-22T18:36:00.325Z");
});

Deno.test("get_trigger of a recorded unknown trigger is not_found, with those there are", async () => {
  const missing = TRIGGERS.find((one) => one.case === "get missing");
  assert(missing);
  const list = TRIGGERS.filter((one) => one.case === "list by project");
  await using flyte = await serveRecorded([missing, ...list]);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_trigger", {
    ...{ trigger: "nope", task: "etl.load", ...SNACKS },
  });
  assertEquals(data.error.code, "not_found");
});

for (const exchange of answersOf(TRIGGERS, "/ListTriggers")) {
  const { asked, got } = bodiesOf(exchange);
  if (!asked.projectId) continue;
  Deno.test(`list_triggers tells what was recorded: ${exchange.case}`, async () => {
    await using flyte = await serveRecorded([exchange]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("list_triggers", SNACKS);
    assertEquals(data.status, "ok", text);
    assertEquals(
      data.triggers.map((one: { name: string; active: boolean }) => [
        one.name,
        one.active,
      ]),
      got.triggers.map((
        one: { id: { name: { name: string } }; active?: boolean },
      ) => [one.id.name.name, one.active ?? false]),
    );
    for (const { starts, next_at: next } of data.triggers) {
      assertMatch(starts, /^(cron|every) /);
      assertEquals(next !== null, starts.startsWith("cron"));
    }
  });
}
