/** What each tool makes of each code that Flyte can answer. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { FIX_BY } from "../../src/errors.ts";
import { connectServer } from "../harness.ts";
import { serveFlyte } from "./beds.ts";
import { impatientClock } from "./clocks.ts";

const CALLS: Record<string, Record<string, unknown>> = {
  compare_runs: { run: "r1", project: "p" },
  get_action: { run: "r1", project: "p" },
  get_app: { app: "a", project: "p" },
  get_logs: { run: "r1", project: "p" },
  get_run: { run: "r1", project: "p" },
  list_actions: { run: "r1", project: "p" },
  get_project: { project: "p" },
  get_run_io: { run: "r1", project: "p" },
  get_task: { project: "p", task: "e.f" },
  get_trigger: { project: "p", trigger: "t" },
  list_apps: { project: "p" },
  list_conditions: { project: "p" },
  list_projects: {},
  list_runs: { project: "p" },
  list_secrets: { project: "p" },
  list_tasks: { project: "p" },
  list_triggers: { project: "p" },
  whoami: {},
};

/** What a code of Connect is to an agent, but where a tool knows better. */
const CODES: Record<number, keyof typeof FIX_BY> = {
  [Code.Canceled]: "timeout",
  [Code.Unknown]: "unavailable",
  [Code.InvalidArgument]: "invalid_argument",
  [Code.DeadlineExceeded]: "timeout",
  [Code.NotFound]: "not_found",
  [Code.AlreadyExists]: "invalid_argument",
  [Code.PermissionDenied]: "permission_denied",
  [Code.ResourceExhausted]: "rate_limited",
  [Code.FailedPrecondition]: "invalid_argument",
  [Code.Aborted]: "unavailable",
  [Code.OutOfRange]: "invalid_argument",
  [Code.Unimplemented]: "unimplemented",
  [Code.Internal]: "unavailable",
  [Code.Unavailable]: "unavailable",
  [Code.DataLoss]: "unavailable",
  [Code.Unauthenticated]: "credentials_required",
};

/** A Flyte that answers nothing but this. */
async function serveRefusals(error: () => ConnectError) {
  const calls: string[] = [];
  const refuse = (call: string) => () => {
    calls.push(call);
    throw error();
  };
  const flyte = await serveFlyte((router) => {
    router.service(IdentityService, { userInfo: refuse("userInfo") });
    router.service(ProjectService, {
      listProjects: refuse("listProjects"),
      getProject: refuse("getProject"),
    });
    router.service(AppService, { get: refuse("get"), list: refuse("list") });
    router.service(SecretService, { listSecrets: refuse("listSecrets") });
    router.service(TaskService, {
      listTasks: refuse("listTasks"),
      listVersions: refuse("listVersions"),
    });
    router.service(TriggerService, {
      listTriggers: refuse("listTriggers"),
    });
    router.service(RunService, {
      listRuns: refuse("listRuns"),
      getRunDetails: refuse("getRunDetails"),
    });
  });
  return { ...flyte, calls };
}

for (const [tool, args] of Object.entries(CALLS)) {
  for (const [number, expected] of Object.entries(CODES)) {
    const code: Code = Number(number);
    // UserInfo refuses whoever it cannot name, which is no error.
    const named = code !== Code.Unauthenticated && code !== Code.Unimplemented;
    if (tool === "whoami" && !named) continue;
    Deno.test(`${tool} makes ${expected} of ${Code[code]}`, async () => {
      await using flyte = await serveRefusals(() =>
        new ConnectError("in Flyte's own words", code)
      );
      await using server = await connectServer(flyte.url, {
        clock: impatientClock(),
      });
      const { data, text, isError } = await server.call(tool, args);
      assertEquals(isError, true);
      assertEquals(data.error.code, expected, text);
      assertEquals(data.error.fix_by, FIX_BY[expected]);
      assert(data.error.message.length > 10 && data.error.next_step.length > 5);
      const { request_id: id } = data.error;
      const pause = expected === "rate_limited" ? ", retry after 30 s" : "";
      const facts = `[${expected}${pause}, request ${id}]`;
      if (id) assertStringIncludes(text, facts);
      else assertMatch(text, new RegExp(`\\[${expected}\\]$`));
      assertEquals(server.reports, []);
    });
  }
}

Deno.test("an error quotes what Flyte said, and names the call", async () => {
  await using flyte = await serveRefusals(() =>
    new ConnectError("limit must not be odd", Code.InvalidArgument)
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertMatch(
    data.error.message,
    /^Flyte refuses the request: <<data-([0-9a-f]{8}) limit must not be odd \1-data>>\.$/,
  );
  assertEquals(data.error.request_id, "test-1");
  assertEquals(data.error.retry_after_s, null);
  assertEquals(data.error.scope, null);
});

Deno.test("an error says in its text as well how long to wait", async () => {
  await using flyte = await serveRefusals(() =>
    new ConnectError("slowly", Code.ResourceExhausted, { "retry-after": "30" })
  );
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_projects");
  assertEquals(data.error.retry_after_s, 30);
  assertMatch(text, /\[rate_limited, retry after 30 s, request test-1\]$/);
});

Deno.test("an error without words of Flyte is a whole sentence", async () => {
  await using flyte = await serveRefusals(() =>
    new ConnectError("", Code.PermissionDenied)
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertEquals(
    data.error.message,
    "Flyte does not allow this to whoever is logged in.",
  );
});

Deno.test("get_run of a name that Flyte does not have looks for it elsewhere", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails() {
        throw new ConnectError("run not found", Code.NotFound);
      },
      listRuns: () => ({}),
    })
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run", { run: "r1", project: "p" });
  assertEquals(data.error.code, "not_found");
  assertEquals(data.error.message, 'Run "r1" is not in p/development.');
});

Deno.test("get_run does not make an answer of a run that was listed and is gone", async () => {
  const run = { project: "p", domain: "d", name: "r1" };
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails() {
        throw new ConnectError("run not found", Code.NotFound);
      },
      listRuns: () => ({ runs: [{ action: { id: { run, name: "a0" } } }] }),
    })
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run", { run: "r1" });
  assertEquals(data.error.code, "not_found");
  assertEquals(data.error.scope.project, "p");
});

for (
  const details of [{}, { details: {} }, { details: { action: {} } }] as const
) {
  Deno.test(`get_run survives a run that is described as ${JSON.stringify(details)}`, async () => {
    await using flyte = await serveFlyte((router) =>
      router.service(RunService, {
        getRunDetails: () => details,
        listRuns: () => ({}),
      })
    );
    await using server = await connectServer(flyte.url, {
      clock: impatientClock(),
    });
    const { data, isError } = await server.call("get_run", CALLS.get_run);
    assertEquals(isError, true);
    assert(["not_found", "unavailable"].includes(data.error.code));
  });
}

Deno.test("an empty answer is an empty list", async () => {
  await using flyte = await serveFlyte((router) => {
    router.service(ProjectService, { listProjects: () => ({}) });
    router.service(RunService, { listRuns: () => ({ runs: [] }) });
  });
  await using server = await connectServer(flyte.url);
  const projects = await server.call("list_projects");
  assertEquals(projects.data.projects, []);
  assertMatch(projects.text, /^No active projects are visible\./);
  const runs = await server.call("list_runs", { project: "p" });
  assertEquals(runs.data.runs, []);
});

Deno.test("list_runs shows a run of which nothing is told", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, { listRuns: () => ({ runs: [{}] }) })
  );
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_runs", { project: "p" });
  assertEquals(data.status, "ok", text);
  assertEquals(data.runs, [{
    name: "",
    phase: "unspecified",
    task: null,
    version: null,
    started_at: null,
    ended_at: null,
    duration: null,
    by: null,
  }]);
});

/** A Flyte with one run, whose actions or one of them it refuses to tell. */
async function serveRefusedActions(code: Code) {
  const id = { run: { project: "p", domain: "d", name: "r1" }, name: "a0" };
  const refuse = () => {
    throw new ConnectError("no", code);
  };
  return await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: () => ({ details: { action: { id } } }),
      getActionDetails: refuse,
      // deno-lint-ignore require-yield
      async *watchActions() {
        refuse();
      },
    })
  );
}

for (
  const [tool, args] of [
    ["list_actions", {}],
    ["get_action", { action: "other" }],
  ] as const
) {
  for (
    const code of [
      Code.PermissionDenied,
      Code.Unimplemented,
      Code.InvalidArgument,
    ]
  ) {
    Deno.test(`${tool} is refused with ${Code[code]} when the run is not`, async () => {
      await using flyte = await serveRefusedActions(code);
      await using server = await connectServer(flyte.url);
      const { data, isError } = await server.call(tool, {
        run: "r1",
        project: "p",
        ...args,
      });
      assertEquals(isError, true);
      assertEquals(data.error.code, CODES[code]);
    });
  }
}

Deno.test("a call is asked once where Flyte said no, and again where it was unavailable", async () => {
  for (
    const [code, times] of [[Code.NotFound, 1], [Code.Unavailable, 3]] as const
  ) {
    await using flyte = await serveRefusals(() => new ConnectError("", code));
    await using server = await connectServer(flyte.url, {
      clock: impatientClock(),
    });
    await server.call("list_projects");
    assertEquals(flyte.calls.length, times);
  }
});
