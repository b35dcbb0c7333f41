/**
 * Every recorded answer about tasks, triggers, values, logs, apps, secrets and
 * clusters, met by every tool that asks for it.
 */
import { assert, assertEquals } from "@std/assert";
import { TOOLS } from "../../src/tools/mod.ts";
import { meet, RECORDED_RPCS, toMeet } from "./meetings.ts";

/** Who asks for what. */
const ASKED_BY: Readonly<Record<string, readonly string[]>> = {
  "task.TaskService/ListTasks": ["list_tasks"],
  "task.TaskService/ListVersions": ["get_task"],
  "task.TaskService/GetTaskDetails": ["get_task"],
  "trigger.TriggerService/ListTriggers": [
    ...["get_task", "get_trigger", "list_triggers"],
  ],
  "trigger.TriggerService/GetTriggerDetails": ["get_trigger"],
  "dataproxy.DataProxyService/GetActionData": ["get_run_io"],
  "dataproxy.DataProxyService/TailLogs": ["get_logs"],
  "cluster.ClusterService/SelectCluster": [
    ...["get_app", "get_logs", "get_run_io", "list_secrets"],
  ],
  "secret.SecretService/ListSecrets": ["list_secrets"],
  "app.AppService/List": ["list_apps"],
  "app.AppService/Get": ["get_app"],
  "app.AppLogsService/TailLogs": ["get_app"],
};

/** Asked by the tools of other tests of this kind. */
const ELSEWHERE =
  /\.RunService\/(GetRunDetails|GetActionDetails|ListRuns|ListActions|WatchActions)$/;

/** What no tool asks for: what changes something, and what these do not need. */
const NOT_ASKED = [
  /\/(Abort|Create|Delete|Deploy|Enqueue|Lease|Signal|Update|Upload)/,
  // Values, logs and events have a service or a place that says more.
  /\.RunService\/(GetActionData|GetActionDataURIs|GetActionLogContext)$/,
  /\.RunService\/Watch(Runs|RunDetails|ActionDetails|ClusterEvents|Groups)$/,
  // Inputs and outputs are read here, without the server's translator.
  /\.TranslatorService\//,
  /\.TriggerService\/GetTriggerRevisionDetails$/,
  // Names of secrets are listed; one alone has nothing more to tell.
  /\.SecretService\/GetSecret$/,
  /\.AppService\/Watch$/,
];

/** What nobody asks about: the action itself tells that it has no such log. */
const NOT_MET = ["TailLogs condition action", "TailLogs missing attempt"];

Deno.test("every recorded RPC is met by a tool, or there is a reason why not", () => {
  for (const rpc of RECORDED_RPCS) {
    const isMet = ELSEWHERE.test(rpc) ||
      rpc.replace("flyteidl2.", "") in ASKED_BY;
    const isLeftOut = NOT_ASKED.some((one) => one.test(rpc));
    assertEquals([isMet, isLeftOut], [!isLeftOut, isLeftOut], rpc);
  }
});

for (const [short, tools] of Object.entries(ASKED_BY)) {
  const exchanges = toMeet(`flyteidl2.${short}`);
  for (const exchange of exchanges) {
    if (NOT_MET.includes(exchange.case)) continue;
    for (const tool of TOOLS.filter(({ name }) => tools.includes(name))) {
      const [, method] = short.split("/");
      Deno.test(`${tool.name} meets ${method}: ${exchange.case}`, async () => {
        await meet(exchange, tool);
      });
    }
  }
}

// The recordings are JSON of the IDL's messages.
// deno-lint-ignore no-explicit-any
type Json = any;

/** What a tool shows of a list, and what was recorded of it. */
const LISTS: readonly (readonly [
  rpc: string,
  tool: string,
  shown: (data: Json) => readonly unknown[],
  recorded: (got: Json) => readonly unknown[],
])[] = [
  [
    "task.TaskService/ListTasks",
    "list_tasks",
    ({ tasks }) => tasks.map(({ name }: Json) => name),
    ({ tasks = [] }) => tasks.map(({ taskId }: Json) => taskId.name),
  ],
  [
    "app.AppService/List",
    "list_apps",
    ({ apps }) => apps.map((app: Json) => [app.name, app.desired_state]),
    ({ apps = [] }) =>
      apps.map(({ metadata, spec }: Json) => [
        metadata.id.name,
        spec.desiredState.replace("DESIRED_STATE_", "").toLowerCase(),
      ]),
  ],
  [
    "secret.SecretService/ListSecrets",
    "list_secrets",
    ({ secrets }) =>
      secrets.map(({ name, status, clusters }: Json) => [
        ...[name, status, clusters[0].status],
      ]),
    ({ secrets = [] }) =>
      secrets.map(({ id, secretMetadata }: Json) => [
        id.name ?? "",
        secretMetadata.secretStatus.overallStatus.toLowerCase(),
        "present",
      ]),
  ],
];

for (const [short, name, shown, known] of LISTS) {
  for (const exchange of toMeet(`flyteidl2.${short}`)) {
    const { response } = exchange;
    if (response?.status !== 200) continue;
    Deno.test(`${name} shows what was recorded: ${exchange.case}`, async () => {
      const tool = TOOLS.find((one) => one.name === name);
      assert(tool);
      const scope = name === "list_tasks" ? {} : { project: "*", domain: "*" };
      const { data, text } = await meet(exchange, tool, {
        ...{ ...scope, limit: 100 },
      });
      assertEquals(
        shown(data).toSorted(),
        known(response.json ?? {}).toSorted(),
        text,
      );
    });
  }
}

for (const exchange of toMeet("flyteidl2.app.AppService/Get")) {
  const { response } = exchange;
  if (response?.status !== 200) continue;
  Deno.test(`get_app tells what was recorded: ${exchange.case}`, async () => {
    const tool = TOOLS.find(({ name }) => name === "get_app");
    assert(tool);
    const { data, text } = await meet(exchange, tool);
    assertEquals(data.status, "ok", text);
    const { app } = response.json as Json;
    assertEquals(data.image, app.spec.container.image);
    assertEquals([data.env, data.ports], [["MODE"], [8080]]);
    assertEquals(data.replicas.max, app.spec.autoscaling.replicas.max);
    const last = app.status.conditions?.at(-1);
    const status = last?.deploymentStatus.replace("DEPLOYMENT_STATUS_", "");
    assertEquals(
      data.deployment_status,
      status?.toLowerCase() ?? "unspecified",
    );
    const hasFailed = status === "FAILED";
    assertEquals(data.trouble?.reason ?? null, hasFailed ? "image_pull" : null);
    assertEquals(data.log_missing.reason, "no_replicas");
  });
}
