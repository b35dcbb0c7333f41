/** What compare_runs answers where Flyte does not answer everything. */
import { assert, assertEquals } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ErrorInfo_Kind } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { identifierOf } from "../../sandbox/plane/kubernetes/reports.ts";
import { HOSTILE, TROUBLES } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { connectServer, fastClock, openTestBed } from "../harness.ts";
import { openEmpty, serveFlyte } from "./beds.ts";
import { plantError, plantingIn, plantRun, runKey } from "./planting.ts";
import { assertFenced, openHostile } from "./scenes.ts";

const TOOL = "compare_runs";
const ENV = { FLYTE_PROJECT: "flytesnacks" };

function whatOf(all: readonly { readonly what: string }[]): string[] {
  return all.map(({ what }) => what);
}

/** Parts that a Flyte may lack, and what is then not compared. */
const PARTS = [
  ["flyteidl2.workflow.RunService/WatchActions", /^actions of /],
  ["flyteidl2.dataproxy.DataProxyService/GetActionData", /^inputs and outputs/],
] as const;

for (const [path, told] of PARTS) {
  Deno.test(`compare_runs names what it could not compare without ${path}`, async () => {
    await using bed = await openTestBed({
      env: { FLYTE_PROJECT: "troubles" },
      sandbox: {
        auth: "open",
        seeded: { everyday: false, troubles: true },
        without: [`/${path}`],
      },
    });
    const { data, text } = await bed.call(TOOL, {
      run: TROUBLES.unschedulable.run.name,
    });
    assertEquals(data.status, "ok", text);
    assert(whatOf(data.differences).includes("version"));
    const missing: string[] = data.not_compared;
    assert(missing.some((one) => told.test(one)), missing.join("\n"));
  });
}

Deno.test("compare_runs answers within its time although data and actions hang", async () => {
  await using bed = await openTestBed({
    clock: fastClock(20),
    env: { FLYTE_PROJECT: "troubles" },
    sandbox: { auth: "open", seeded: { everyday: false, troubles: true } },
  });
  const { faults } = bed.sandbox.ingress;
  faults.next("GetActionData", { kind: "stall" }, { times: 20 });
  faults.next("WatchActions", { kind: "stall" }, { times: 20 });
  const { data, text } = await bed.call(TOOL, {
    run: TROUBLES.unschedulable.run.name,
  });
  assertEquals(data.status, "ok", text);
  assert(whatOf(data.differences).includes("resources"));
  assert(data.not_compared.length >= 2, data.not_compared.join("\n"));
});

Deno.test("compare_runs is refused where the run is", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: () => {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
    })
  );
  await using server = await connectServer(flyte.url, { env: ENV });
  const { data } = await server.call(TOOL, { run: "any" });
  assertEquals(data.error.code, "permission_denied");
});

Deno.test("compare_runs fences what hostile runs say", async () => {
  await using bed = await openHostile();
  const { failed, succeeded } = HOSTILE.runs;
  const answer = await bed.call(TOOL, {
    run: failed.name,
    against: succeeded.name,
  });
  assertEquals(answer.data.status, "ok", answer.text);
  assertFenced(answer, [
    /\.(task|version|by|group|name)$/,
    /\.names\.\d+$/,
    /^\.next_steps\.\d+$/,
  ]);
});

Deno.test("compare_runs leaves out what does not fit, and says how much", async () => {
  const bytes = 6_144;
  await using bed = await openEmpty({
    env: { ...ENV, FLYTE_MCP_MAX_RESULT_BYTES: String(bytes) },
  });
  const planting = plantingIn(bed.sandbox.plane);
  const [good, bad] = [runKey("good"), runKey("bad")];
  await plantRun(planting, good, { phase: ActionPhase.FAILED });
  await plantRun(planting, bad, { phase: ActionPhase.FAILED });
  for (const [run, message] of [[good, "old "], [bad, "new "]] as const) {
    await plantError(planting, run, {
      message: message.repeat(1_000),
      kind: ErrorInfo_Kind.USER,
      phase: ActionPhase.FAILED,
    });
  }
  for (let at = 0; at < 40; at++) {
    const actionId = identifierOf({ run: bad, name: `n${at}` });
    const spec = { case: "trace", value: { name: `trace ${at}` } } as const;
    await planting.internal.recordAction({ actionId, parent: "a0", spec });
  }
  const runs = { run: "bad", against: "good" };
  const { data, text } = await bed.call(TOOL, runs);
  assertEquals(data.status, "ok", text);
  assert(jsonBytes(data) <= bytes, `${jsonBytes(data)} bytes`);
  assertEquals(whatOf(data.differences), ["error"]);
  const { only_in_run: all, rows, rows_left_out: left } = data.actions;
  assertEquals([all, rows.length + left], [40, 40]);
  assert(rows.length > 0 && left > 0, `${rows.length} rows`);
});
