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
