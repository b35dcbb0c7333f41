import { assert, assertEquals, assertMatch } from "@std/assert";
import { PHASES } from "../../src/client/phases.ts";
import { connectServer, fastClock } from "../harness.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const CORE = recorded("identity", "projects", "runs-read", "streams");
const KUBERNETES = recorded("kubernetes");

/** Recorded descriptions of runs that exist, each a case of its own. */
function detailsOf(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter(({ rpc, response }) =>
    rpc?.endsWith("/GetRunDetails") && response?.status === 200
  );
}

/** What the recording says of a run, for comparison. */
function facts(exchange: Exchange) {
  // The recordings are JSON of the IDL's messages.
  // deno-lint-ignore no-explicit-any
  const action = (exchange.response?.json as any).details.action;
  // deno-lint-ignore no-explicit-any
  const { project, domain, name } = (exchange.request?.json as any).runId;
  const phase: string = action.status.phase.replace("ACTION_PHASE_", "");
  const attempt = action.attempts?.findLast(
    (one: { errorInfo?: unknown }) => one.errorInfo,
  );
  return {
    ...{ project, domain, name },
    phase: phase.toLowerCase(),
    attempts: action.status.attempts ?? 0,
    task: action.metadata?.task?.id?.name ?? null,
    error: action.errorInfo?.message ?? attempt?.errorInfo?.message ?? null,
  };
}

for (const exchange of [...detailsOf(CORE), ...detailsOf(KUBERNETES)]) {
  Deno.test(`get_run tells what was recorded: ${exchange.case}`, async () => {
    const known = facts(exchange);
    await using flyte = await serveRecorded([exchange, ...CORE, ...KUBERNETES]);
    await using server = await connectServer(flyte.url, {
      clock: fastClock(20),
    });
    const { data, text } = await server.call("get_run", {
      run: known.name,
      project: known.project,
      domain: known.domain,
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.phase, known.phase);
    assertEquals(data.attempts, known.attempts);
    assertEquals(data.task, known.task);
    const hasError = known.phase === "failed" || known.phase === "timed_out";
    assertEquals(data.error !== null, hasError);
    if (hasError && known.error) {
      const words = known.error.split(/\s+/)[0];
      assert(data.error.message.includes(words), data.error.message);
      assertMatch(
        data.error.message,
        /^<<data-[0-9a-f]{8} [^]* [0-9a-f]{8}-data>>$/,
      );
    }
    assertEquals(data.actions.total === null || data.actions.total >= 0, true);
  });
}

/** Recorded descriptions of single actions. */
const ACTIONS = [...CORE, ...KUBERNETES].filter(({ rpc, response }) =>
  rpc?.endsWith("/GetActionDetails") && response?.status === 200
);

for (const exchange of [...detailsOf(KUBERNETES), ...ACTIONS]) {
  Deno.test(`get_action tells what was recorded: ${exchange.case}`, async () => {
    // The recordings are JSON of the IDL's messages.
    // deno-lint-ignore no-explicit-any
    const { details } = exchange.response?.json as any;
    const action = details.action ?? details;
    const { run, name } = action.id;
    const root = { run, name: "a0" };
    // The run was not always asked for when one of its actions was.
    const parent: Exchange = {
      case: "its run",
      rpc: "flyteidl2.workflow.RunService/GetRunDetails",
      request: { json: { runId: run } },
      response: { status: 200, json: { details: { action: { id: root } } } },
    };
    const others = details.action ? [] : [parent];
    await using flyte = await serveRecorded([exchange, ...others]);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("get_action", {
      run: run.name,
      project: run.project,
      domain: run.domain,
      action: name,
      response_format: "detailed",
    });
    assertEquals(data.status, "ok", text);
    const attempts: { attempt?: number; clusterEvents?: unknown[] }[] =
      action.attempts ?? [];
    const numbers = data.attempts.map((one: { attempt: number }) =>
      one.attempt
    );
    assertEquals(numbers, attempts.map((one) => one.attempt));
    assertEquals(
      data.phase,
      action.status.phase.replace("ACTION_PHASE_", "").toLowerCase(),
    );
    assertEquals(
      data.events.length > 0,
      (attempts.at(-1)?.clusterEvents ?? []).length > 0,
    );
    const isCondition = action.metadata?.actionType === "ACTION_TYPE_CONDITION";
    assertEquals(data.condition !== null, isCondition);
  });
}

Deno.test("list_actions shows a recorded run's tree", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_actions", {
    run: "r-ok",
    project: "flytesnacks",
    domain: "development",
  });
  assertEquals(data.status, "ok", text);
  assertEquals(data.counts.by_phase, { succeeded: 5 });
  const [root, ...others] = data.actions;
  assertEquals(root.name, "a0");
  assertEquals(others.length, 4);
  for (const { parent, task } of others) assert(parent && task);
});

Deno.test("get_run counts the actions of a recorded run, the root included", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const scope = { project: "flytesnacks", domain: "development" };
  const nested = await server.call("get_run", { run: "r-nest", ...scope });
  const ok = await server.call("get_run", { run: "r-ok", ...scope });
  assertEquals(ok.data.actions, {
    total: 5,
    by_phase: { succeeded: 5 },
    complete: true,
  });
  assertEquals(nested.isError, true);
});

Deno.test("get_run of a recorded unknown run is not_found", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run", {
    run: "nope",
    project: "flytesnacks",
    domain: "development",
  });
  assertEquals(data.error.code, "not_found");
});

Deno.test("list_runs shows recorded runs newest first in known phases", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_runs", { project: "flytesnacks" });
  const newest = CORE.find((one) => one.case === "list: newest first");
  // deno-lint-ignore no-explicit-any
  const { runs } = newest?.response?.json as any;
  assertEquals(
    data.runs.map((run: { name: string }) => run.name),
    runs.map((run: typeof runs[0]) => run.action.id.run.name),
  );
  for (const run of data.runs) {
    assert(PHASES.includes(run.phase), run.phase);
    assert(run.name.length > 0);
  }
});

for (
  const [args, recordedCase] of [
    [{ phases: ["failed"] }, "list: phase EQUAL 6"],
    [{ phases: ["failed", "timed_out"] }, "list: phase VALUE_IN 6, 8"],
    [{ task: "etl.load" }, "list: task_name equal"],
    [{ version: "v2" }, "list: task_version equal"],
    [{ query: "OK" }, "list: run_name contains"],
  ] as const
) {
  Deno.test(`list_runs finds what was recorded: ${recordedCase}`, async () => {
    const exchange = CORE.find((one) => one.case === recordedCase);
    await using flyte = await serveRecorded(CORE);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("list_runs", {
      project: "flytesnacks",
      limit: 100,
      ...args,
    });
    assertEquals(data.status, "ok", text);
    // deno-lint-ignore no-explicit-any
    const { runs } = exchange?.response?.json as any;
    // It was asked for without an order.
    assertEquals(
      data.runs.map((run: { name: string }) => run.name).toSorted(),
      runs.map((run: typeof runs[0]) => run.action.id.run.name).toSorted(),
    );
    assertEquals(data.counts.total, runs.length);
  });
}

Deno.test("list_projects shows the recorded projects and their domains", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertEquals(data.domains, ["development", "production", "staging"]);
  assert(data.projects.length >= 1);
});

Deno.test("whoami on a recorded Flyte without an identity provider is anonymous", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  assertEquals((await server.call("whoami")).data.identity, "anonymous");
});
