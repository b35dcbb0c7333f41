/** A host that cancels a call reaches Flyte, whichever call waits. */
import { assertEquals, assertRejects } from "@std/assert";
import type { HandlerContext } from "@connectrpc/connect";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ClusterService } from "../../idl/flyteidl2/cluster/service_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { serveFlyte } from "./beds.ts";

/** The second one is another run to the tool, and the same one to the Flyte. */
const TWO_RUNS = {
  run: "r1",
  project: "p",
  against: "flyte://127.0.0.1/v2/domain/other/project/p/runs/r1",
};
const RUN = { project: "p", domain: "development", name: "r1" };

/** A Flyte in which one call never ends by itself. */
async function serveEndless(endless: string) {
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const wait = async ({ signal }: HandlerContext): Promise<never> => {
    begun.resolve();
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => {
      left.resolve();
      reject(signal.reason);
    });
    return await promise;
  };
  const unless = <T>(name: string, answer: T) =>
  (
    _request: unknown,
    context: HandlerContext,
  ) => name === endless ? wait(context) : answer;
  const root = { run: RUN, name: "a0" };
  const action = { id: root, status: { phase: ActionPhase.RUNNING } };
  const paused = { id: { run: RUN, name: "g1" } };
  const flyte = await serveFlyte((router) => {
    router.service(IdentityService, { userInfo: unless("userInfo", {}) });
    router.service(ProjectService, {
      listProjects: unless("listProjects", {}),
      getProject: unless("getProject", {}),
    });
    router.service(AppService, {
      get: unless("get", { app: {} }),
      list: unless("list", {}),
    });
    router.service(AppLogsService, {
      // deno-lint-ignore require-yield
      async *tailLogs(_request, context) {
        if (endless === "tailLogs") await wait(context);
      },
    });
    router.service(SecretService, {
      listSecrets: unless("listSecrets", {}),
    });
    router.service(TaskService, {
      listTasks: unless("listTasks", { tasks: [{ taskId: { name: "e.f" } }] }),
      listVersions: unless("listVersions", { versions: [{ version: "v1" }] }),
      getTaskDetails: unless("getTaskDetails", { details: {} }),
    });
    router.service(TriggerService, {
      listTriggers: unless("listTriggers", {}),
      getTriggerDetails: unless("getTriggerDetails", { trigger: {} }),
    });
    router.service(ClusterService, {
      selectCluster: unless("selectCluster", {}),
    });
    router.service(DataProxyService, {
      getActionData: unless("getActionData", {}),
    });
    router.service(RunService, {
      listRuns: unless("listRuns", { runs: [{ action }] }),
      getRunDetails: unless("getRunDetails", { details: { action } }),
      listActions: unless("listActions", { actions: [paused] }),
      getActionDetails: unless("getActionDetails", {}),
      async *watchActions(_request, context) {
        if (endless === "watchActions") await wait(context);
        yield {
          enrichedActions: [{
            action,
            childrenPhaseCounts: { [ActionPhase.PAUSED]: 1 },
          }],
        };
      },
    });
  });
  return { ...flyte, begun: begun.promise, left: left.promise };
}

for (
  const [tool, args, endless] of [
    ["whoami", {}, "userInfo"],
    ["list_projects", {}, "listProjects"],
    ["get_project", { project: "p" }, "getProject"],
    ["list_tasks", { project: "p" }, "listTasks"],
    ["list_tasks", { project: "p", entry_points: true }, "getTaskDetails"],
    ["get_task", { project: "p", task: "e.f" }, "listVersions"],
    ["get_task", { project: "p", task: "e.f" }, "getTaskDetails"],
    ["get_task", { project: "p", task: "e.f" }, "listTriggers"],
    ["list_apps", { project: "p" }, "list"],
    ["get_app", { project: "p", app: "a" }, "get"],
    ["get_app", { project: "p", app: "a", log_lines: 1 }, "selectCluster"],
    ["get_app", { project: "p", app: "a", log_lines: 1 }, "tailLogs"],
    ["list_secrets", { project: "p" }, "selectCluster"],
    ["list_secrets", { project: "p" }, "listSecrets"],
    ["get_run_io", { run: "r1", project: "p" }, "selectCluster"],
    ["get_run_io", { run: "r1", project: "p" }, "getActionData"],
    ["list_runs", { project: "p" }, "listRuns"],
    ["list_runs", { project: "p", started_by: "me" }, "userInfo"],
    ["list_actions", { run: "r1", project: "p" }, "getRunDetails"],
    ["list_actions", { run: "r1", project: "p" }, "watchActions"],
    ["get_action", { run: "r1", project: "p" }, "getRunDetails"],
    [
      "get_action",
      { run: "r1", project: "p", action: "g1" },
      "getActionDetails",
    ],
    ["compare_runs", { run: "r1", project: "p" }, "getRunDetails"],
    ["compare_runs", TWO_RUNS, "selectCluster"],
    ["compare_runs", TWO_RUNS, "getActionData"],
    ["compare_runs", TWO_RUNS, "watchActions"],
    ["list_conditions", { project: "p" }, "listRuns"],
    ["list_conditions", { project: "p" }, "listActions"],
    ["list_conditions", { run: "r1", project: "p" }, "getActionDetails"],
    ["list_triggers", { project: "p" }, "listTriggers"],
    ["get_trigger", { trigger: "t", project: "p" }, "listTriggers"],
    [
      "get_trigger",
      { trigger: "t", task: "e.f", project: "p" },
      "getTriggerDetails",
    ],
    ["get_trigger", { trigger: "t", task: "e.f", project: "p" }, "listRuns"],
    ["get_run", { run: "r1", project: "p" }, "getRunDetails"],
    ["get_run", { run: "r1" }, "listRuns"],
    ["get_run", { run: "r1", project: "p" }, "watchActions"],
    ["get_run", { run: "r1", project: "p" }, "listActions"],
    ["get_run", { run: "r1", project: "p" }, "getActionDetails"],
  ] as const
) {
  Deno.test(`cancelling ${tool} ends the ${endless} that it waits for`, async () => {
    await using flyte = await serveEndless(endless);
    await using server = await connectServer(flyte.url);
    const cancel = new AbortController();
    const call = server.client.callTool({ name: tool, arguments: args }, {
      signal: cancel.signal,
    });
    await flyte.begun;
    cancel.abort();
    await assertRejects(() => call);
    await flyte.left;
    assertEquals(server.reports, []);
  });
}

Deno.test("cancelling auth_status leaves the login to the person", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const asked = await bed.call("login");
  const cancel = new AbortController();
  const wait = bed.client.callTool(
    { name: "auth_status", arguments: { wait_seconds: 25 } },
    { signal: cancel.signal },
  );
  cancel.abort();
  await assertRejects(() => wait);
  const { data } = await bed.call("auth_status");
  assertEquals(data.login, "pending");
  assertEquals(data.user_code, asked.data.user_code);
});
