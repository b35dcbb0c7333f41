/** Tasks, inputs and outputs as the real services told them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectServer } from "../harness.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const DATA = recorded("data", "runs-read");
const KUBERNETES = recorded("kubernetes");
const TASKS = recorded("tasks", "triggers");

const SNACKS = { project: "flytesnacks", domain: "development" };

/** Recorded answers of this RPC, each a case of its own. */
function answersOf(exchanges: readonly Exchange[], rpc: string): Exchange[] {
  return exchanges.filter((one) => one.rpc?.endsWith(rpc));
}

/** The question and the answer, which are JSON of the IDL's messages. */
// deno-lint-ignore no-explicit-any
function bodiesOf({ request, response }: Exchange): { asked: any; got: any } {
  return { asked: request?.json, got: response?.json ?? {} };
}

/** What the data proxy was asked about, in case nobody asked for itself. */
function itself(actionId: { run: unknown; name: string }): Exchange[] {
  const action = {
    id: actionId,
    status: { phase: "ACTION_PHASE_SUCCEEDED" },
  };
  const root = { ...action, id: { ...actionId, name: "a0" } };
  return [
    {
      case: "its run",
      rpc: "flyteidl2.workflow.RunService/GetRunDetails",
      request: { json: { runId: actionId.run } },
      response: { status: 200, json: { details: { action: root } } },
    },
    {
      case: "itself",
      rpc: "flyteidl2.workflow.RunService/GetActionDetails",
      request: { json: { actionId } },
      response: { status: 200, json: { details: action } },
    },
  ];
}

for (
  const exchange of answersOf(
    [...DATA, ...KUBERNETES],
    "DataProxyService/GetActionData",
  )
) {
  Deno.test(`get_run_io tells what was recorded: ${exchange.case}`, async () => {
    const { asked, got } = bodiesOf(exchange);
    const { run, name } = asked.actionId;
    const details = [...DATA, ...KUBERNETES]
      .filter(({ rpc }) => !rpc?.endsWith("/GetActionData"));
    const others = exchange.response?.status === 200
      ? [...details, ...itself(asked.actionId)]
      : itself(asked.actionId);
    await using flyte = await serveRecorded([exchange, ...others]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("get_run_io", {
      run: run.name,
      project: run.project,
      domain: run.domain,
      action: name,
    });
    assertEquals(data.status, "ok", text);
    const literals = got.inputs?.literals ?? [];
    assertEquals(
      Object.keys(data.inputs ?? {}),
      literals.map((one: { name: string }) => one.name),
    );
    const outputs = got.outputs?.literals ?? [];
    const hasOutputs = ["succeeded", "recovered"].includes(data.phase);
    if (hasOutputs) {
      assertEquals(
        Object.keys(data.outputs ?? {}),
        outputs.map((one: { name: string }) => one.name),
      );
    } else assertEquals(data.outputs, null);
    if (exchange.response?.status !== 200) assertMatch(data.note, /no values/);
    assert(data.outputs !== null || data.note !== null);
  });
}

for (
  const exchange of answersOf(TASKS, "GetTaskDetails")
    .filter(({ response }) => response?.status === 200)
) {
  Deno.test(`get_task tells what was recorded: ${exchange.case}`, async () => {
    const { asked, got } = bodiesOf(exchange);
    const { name, version } = asked.taskId;
    const versions: Exchange = {
      case: "its versions",
      rpc: "flyteidl2.task.TaskService/ListVersions",
      request: { json: { taskName: { ...SNACKS, name } } },
      response: { status: 200, json: { versions: [{ version }] } },
    };
    const triggers: Exchange = {
      case: "its triggers",
      rpc: "flyteidl2.trigger.TriggerService/ListTriggers",
      request: { json: { taskName: { ...SNACKS, name } } },
      response: { status: 200, json: {} },
    };
    await using flyte = await serveRecorded([
      ...[exchange, ...answersOf(TASKS, "ListTriggers").slice(0, 2)],
      ...[versions, triggers],
    ]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("get_task", {
      ...SNACKS,
      task: name,
      version,
    });
    const { taskTemplate, defaultInputs = [] } = got.details.spec;
    assertEquals(data.status, "ok", text);
    assertEquals([data.name, data.version], [name, version]);
    assertEquals(
      Object.keys(data.inputs.properties),
      (taskTemplate.interface.inputs?.variables ?? [])
        .map(({ key }: { key: string }) => key),
    );
    const required: string[] = data.inputs.required ?? [];
    for (const { name } of defaultInputs) assert(!required.includes(name));
    assertEquals(data.image, taskTemplate.container.image);
    const hasTrigger = got.details.metadata.triggersSummary !== undefined;
    if (hasTrigger) {
      assertEquals(data.triggers[0].name, "nightly");
      assertEquals(data.triggers[0].starts, "cron 0 3 * * * Europe/Berlin");
    }
  });
}

Deno.test("get_task says which versions were recorded", async () => {
  await using flyte = await serveRecorded(
    TASKS.filter((one) => one.case !== "versions, newest one"),
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_task", {
    ...SNACKS,
    task: "training.fit_model",
    version: "v9",
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(data.error.next_step, "It has v2, v1.");
});

Deno.test("list_tasks shows the recorded tasks", async () => {
  await using flyte = await serveRecorded(
    answersOf(TASKS, "ListTasks").filter((one) =>
      one.case === "list by project"
    ),
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_tasks", SNACKS);
  const [exchange] = answersOf(TASKS, "ListTasks").filter((one) =>
    one.case === "list by project"
  );
  assert(exchange);
  assertEquals(
    data.tasks.map(({ name }: { name: string }) => name),
    bodiesOf(exchange).got.tasks
      .map(({ taskId }: { taskId: { name: string } }) => taskId.name),
  );
});

Deno.test("get_project shows the recorded projects", async () => {
  const exchanges = recorded("projects");
  const found = answersOf(exchanges, "GetProject")
    .filter(({ response }) => response?.status === 200);
  assert(found.length > 0);
  for (const exchange of found) {
    await using flyte = await serveRecorded([exchange]);
    await using server = await connectServer(flyte.url);
    const { asked, got } = bodiesOf(exchange);
    const { data, text } = await server.call("get_project", {
      project: asked.id,
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.id, got.project.id);
    assertEquals(data.domains.length, got.project.domains.length);
  }
});
