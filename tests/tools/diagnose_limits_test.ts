/** What diagnose_run does where there is too much, or not enough, to read. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { SCALE, TROUBLES } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { connectServer, fastClock, openTestBed } from "../harness.ts";
import { openSeeded, serveFlyte } from "./beds.ts";

/** Opens a Flyte with troubles that lacks these RPCs. */
function openWithout(...paths: string[]) {
  return openTestBed({
    env: { FLYTE_PROJECT: "troubles" },
    sandbox: {
      auth: "open",
      seeded: { everyday: false, troubles: true },
      without: paths.map((path) => `/${path}`),
    },
  });
}

const DETAILS = "flyteidl2.workflow.RunService/GetActionDetails";

Deno.test("diagnose_run says upstream when the failed child cannot be read", async () => {
  await using bed = await openWithout(DETAILS);
  const { data, text } = await bed.call("diagnose_run", {
    run: TROUBLES.upstream.run.name,
  });
  assertEquals(data.class, "upstream", text);
  assertEquals(data.confidence, "low");
  assertEquals(data.cause.action, "a0");
  const [told] = data.evidence.slice(-1);
  assertEquals(told, {
    from: "status",
    text: "an action below it failed, and could not be read",
  });
  assertMatch(data.missing_evidence.join("\n"), /^action \w+: /);
  assertMatch(data.next_steps.join("\n"), /list_actions/);
});

Deno.test("diagnose_run is unsure of a run that goes on when its actions cannot be read", async () => {
  await using bed = await openWithout(DETAILS);
  const { data, text } = await bed.call("diagnose_run", {
    run: TROUBLES.questions.run.name,
  });
  assertEquals([data.class, data.confidence], ["none", "low"], text);
});

Deno.test("diagnose_run says upstream when the error names an action that nobody tells of", async () => {
  await using seeded = await openSeeded();
  const runs = createClient(RunService, seeded.plane.transport);
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: async (request) => {
        const answer = await runs.getRunDetails(request);
        const result = answer.details?.action?.result;
        if (result?.case === "errorInfo") {
          result.value.message = "Action gone0 was aborted, by nobody";
        }
        return answer;
      },
      listRuns: () => ({}),
      watchActions: (request, { signal }) =>
        runs.watchActions(request, { signal }),
      getActionDetails: () => {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
    })
  );
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROJECT: "flytesnacks" },
  });
  const { data, text } = await server.call("diagnose_run", {
    run: "train-bad-row",
  });
  assertEquals(data.class, "upstream", text);
  assertEquals(data.confidence, "high");
});

Deno.test("diagnose_run reads a run of 10,000 actions, and little of each", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_PROJECT: SCALE.project },
    sandbox: { auth: "open", seeded: { everyday: false, actions: 10_000 } },
  });
  const { data, text, isError } = await bed.call("diagnose_run", {
    run: SCALE.wide.name,
  });
  assertEquals(isError, false, text);
  assertEquals([data.phase, data.class], ["running", "unschedulable"]);
  assert(jsonBytes(data) < 20_480);
  const { length } = bed.sandbox.ingress.requests;
  assert(length <= 25, `${length} calls`);
});

Deno.test("diagnose_run finds the traceback behind 200,000 lines", async () => {
  await using bed = await openTestBed({
    // However busy the machine is, the budget is not over before.
    clock: fastClock(0.1),
    env: { FLYTE_PROJECT: SCALE.project },
    sandbox: {
      auth: "open",
      seeded: { everyday: false, logLines: 200_000 },
    },
  });
  const { data, text, isError } = await bed.call("diagnose_run", {
    run: SCALE.longLog.name,
  });
  assertEquals(isError, false, text);
  assertEquals(data.class, "user_exception");
  assertMatch(data.log.traceback, /^<<data-\w+ Traceback \(most recent/);
});

Deno.test("diagnose_run says that the end of a log was too far away", async () => {
  await using bed = await openTestBed({
    clock: fastClock(10),
    env: { FLYTE_PROJECT: SCALE.project },
    sandbox: {
      auth: "open",
      seeded: { everyday: false, logLines: 20_000_000 },
    },
  });
  const { data, text } = await bed.call("diagnose_run", {
    run: SCALE.longLog.name,
  });
  assertEquals([data.class, data.confidence], ["user_exception", "medium"]);
  assertMatch(data.missing_evidence.join("\n"), /end of the log.*not reached/);
  assertEquals(data.log.state, "cut", text);
});
