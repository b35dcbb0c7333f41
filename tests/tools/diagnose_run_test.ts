import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { ErrorInfo_Kind } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { HOSTILE, SCALE } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { connectServer, fastClock, openTestBed } from "../harness.ts";
import { openEmpty, openSeeded, serveFlyte } from "./beds.ts";
import { plantError, plantingIn, plantRun, runKey } from "./planting.ts";

const ENV = { FLYTE_PROJECT: "flytesnacks" };

Deno.test("diagnose_run takes a task's latest failure", async () => {
  await using bed = await openSeeded({ env: ENV });
  for (const task of ["training.train_model", "train_model"]) {
    const { data, text } = await bed.call("diagnose_run", { task });
    assertEquals(data.run, "train-bad-row", text);
    assertEquals(data.class, "user_exception");
  }
});

Deno.test("diagnose_run follows a pasted URL to the failed child, its log and the last success", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("diagnose_run", {
    run:
      `${bed.endpoint}/v2/domain/development/project/flytesnacks/runs/train-bad-row`,
  });
  assertEquals(data.scope.source, "url");
  assertEquals(data.cause.task, "training.fit_shard");
  assertEquals(data.attempts.length, 3);
  assertMatch(data.log.traceback, /ValueError: could not convert string/);
  assertEquals(data.since_last_success.run, "train-fan-out");
  assertEquals(data.inputs, { index: 1, epochs: 3 });
});

Deno.test("diagnose_run says that a run shows no trouble", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data, text } = await bed.call("diagnose_run", {
    run: "train-fan-out",
  });
  assertEquals(data.class, "none", text);
  assertEquals(data.evidence, []);
});

Deno.test("diagnose_run finds the child that keeps a run from going on", async () => {
  await using bed = await openSeeded({ env: ENV });
  const { data, text } = await bed.call("diagnose_run", {
    run: "train-in-progress",
  });
  assertEquals(data.class, "unschedulable", text);
  assertEquals(data.cause.path.length, 2);
});

Deno.test("diagnose_run says of a run that is stuck how much of it has failed", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, actions: 500 } },
  });
  const run = { run: SCALE.wide.name, project: SCALE.project };
  const { data } = await bed.call("diagnose_run", run);
  assertEquals(data.class, "unschedulable");
  const { count } = data.also_failed;
  assert(count > 1);
  assertMatch(
    data.verdict,
    new RegExp(` ${count} other actions have failed\\.$`),
  );
});

const WRONG = [
  [{}, "invalid_argument"],
  [{ run: "train-bad-row", task: "train_model" }, "invalid_argument"],
  [{ run: "" }, "invalid_argument"],
  [{ run: "nowhere" }, "not_found"],
  [{ task: "nothing" }, "not_found"],
  [{ run: "https://elsewhere.example/runs/a" }, "different_endpoint"],
] as const;

for (const [args, code] of WRONG) {
  Deno.test(`diagnose_run refuses ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded({ env: ENV });
    const { data } = await bed.call("diagnose_run", args);
    assertEquals(data.error.code, code);
  });
}

/** Parts that a Flyte may lack, and what is then missing. */
const PARTS = [
  ["flyteidl2.workflow.RunService/WatchActions", /^actions: /],
  ["flyteidl2.workflow.RunService/ListRuns", /^last success: /],
  ["flyteidl2.dataproxy.DataProxyService/TailLogs", /^log: /],
  ["flyteidl2.dataproxy.DataProxyService/GetActionData", /^inputs of /],
] as const;

for (const [path, told] of PARTS) {
  Deno.test(`diagnose_run names what is missing without ${path}`, async () => {
    await using bed = await openTestBed({
      env: { FLYTE_PROJECT: "troubles" },
      sandbox: {
        auth: "open",
        seeded: { everyday: false, troubles: true },
        without: [`/${path}`],
      },
    });
    const { data, text } = await bed.call("diagnose_run", {
      run: "join-all-years",
    });
    assertEquals(data.class, "out_of_memory", text);
    const missing: string[] = data.missing_evidence;
    assert(missing.some((one) => told.test(one)), text);
  });
}

Deno.test("diagnose_run answers within its time although logs and data hang", async () => {
  await using bed = await openTestBed({
    clock: fastClock(20),
    env: { FLYTE_PROJECT: "troubles" },
    sandbox: { auth: "open", seeded: { everyday: false, troubles: true } },
  });
  const { faults } = bed.sandbox.ingress;
  faults.next("GetActionData", { kind: "stall" }, { times: 20 });
  faults.next("TailLogs", { kind: "stall" }, { times: 20 });
  const { data, text } = await bed.call("diagnose_run", {
    run: "join-all-years",
  });
  assertEquals(data.class, "out_of_memory", text);
  assertMatch(data.missing_evidence.join("\n"), /inputs of join-all-years: /);
});

Deno.test("diagnose_run is refused where the run is", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: () => {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
    })
  );
  await using server = await connectServer(flyte.url, { env: ENV });
  const { data } = await server.call("diagnose_run", { run: "any" });
  assertEquals(data.error.code, "permission_denied");
});

Deno.test("diagnose_run tells what a person may not read, and diagnoses the rest", async () => {
  await using seeded = await openSeeded();
  const runs = createClient(RunService, seeded.plane.transport);
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: (request) => runs.getRunDetails(request),
      listRuns: () => {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
      watchActions: (request, { signal }) =>
        runs.watchActions(request, { signal }),
      getActionDetails: (request) => runs.getActionDetails(request),
    })
  );
  await using server = await connectServer(flyte.url, { env: ENV });
  const { data, text } = await server.call("diagnose_run", {
    run: "train-bad-row",
  });
  assertEquals(data.cause.task, "training.fit_shard", text);
  assertEquals(data.since_last_success, null);
  assertMatch(data.missing_evidence.join("\n"), /last success: .*not allow/);
});

Deno.test("diagnose_run ends when it is cancelled, and lets go of everything", async () => {
  await using bed = await openSeeded({ env: ENV });
  bed.ingress.faults.next("WatchActions", { kind: "stall" });
  const cancel = new AbortController();
  const call = bed.client.callTool(
    { name: "diagnose_run", arguments: { run: "train-bad-row" } },
    { signal: cancel.signal },
  );
  const ended = call.then(() => "answered", () => "cancelled");
  cancel.abort();
  assertEquals(await ended, "cancelled");
});

Deno.test("diagnose_run keeps an error without end within a result", async () => {
  await using bed = await openEmpty({ env: ENV });
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("long");
  await plantRun(planting, run, { phase: ActionPhase.FAILED });
  const message = `ValueError: ${"x".repeat(200_000)}`;
  const kind = ErrorInfo_Kind.USER;
  const phase = ActionPhase.FAILED;
  await plantError(planting, run, { message, kind, phase });
  const { data, text, isError } = await bed.call("diagnose_run", {
    run: "long",
  });
  assertEquals(isError, false, text.slice(0, 500));
  assertEquals(data.class, "user_exception");
  assert(jsonBytes(data) < 20_000);
});

for (const { name } of Object.values(HOSTILE.runs)) {
  Deno.test(`diagnose_run fences what ${name} says`, async () => {
    await using bed = await openTestBed({
      env: { FLYTE_PROJECT: HOSTILE.project },
      sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
    });
    const { data, text, isError } = await bed.call("diagnose_run", {
      run: name,
    });
    assertEquals(isError, false, text);
    for (const { from, text } of data.evidence) {
      if (from === "status") continue;
      assertMatch(text, /^<<data-([0-9a-f]{8}) [^]* \1-data>>$/);
    }
    const log = data.log?.lines ?? data.log?.why;
    if (log) assertMatch(log, /^<<data-([0-9a-f]{8}) [^]* \1-data>>$/);
    // deno-lint-ignore no-control-regex
    const unseen = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;
    assertEquals(unseen.test(text), false);
  });
}
