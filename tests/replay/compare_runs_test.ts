/** compare_runs over what Flyte really answered. */
import { assert, assertEquals } from "@std/assert";
import { PHASES } from "../../src/client/phases.ts";
import { connectServer, fastClock } from "../harness.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const CORE = recorded("runs-read", "streams", "data");
const KUBERNETES = recorded("kubernetes");
const ALL = [...KUBERNETES, ...CORE];

const DETAILS = ALL.filter(({ rpc, response }) =>
  rpc?.endsWith("/GetRunDetails") && response?.status === 200
);

/** What the recording says of a run. */
function rootOf({ response }: Exchange) {
  // The recordings are JSON of the IDL's messages.
  // deno-lint-ignore no-explicit-any
  return (response?.json as any).details.action;
}

function phaseOf(action: ReturnType<typeof rootOf>): string {
  return action.status.phase.replace("ACTION_PHASE_", "").toLowerCase();
}

/** A run that went well, with inputs, outputs and actions. */
const GOOD = DETAILS.find((one) => rootOf(one).id.run.name === "r-ok");

for (const exchange of DETAILS) {
  const action = rootOf(exchange);
  const { project, domain, name } = action.id.run;
  if (name === "r-ok") continue;
  Deno.test(`compare_runs compares what was recorded: ${exchange.case}`, async () => {
    assert(GOOD);
    const good = rootOf(GOOD);
    await using flyte = await serveRecorded([exchange, GOOD, ...ALL]);
    const clock = fastClock(20);
    await using server = await connectServer(flyte.url, { clock });
    const { data, text } = await server.call("compare_runs", {
      ...{ run: name, project, domain },
      against: "r-ok",
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.run.phase, phaseOf(action));
    assert(PHASES.includes(data.run.phase));
    assertEquals(
      data.same_task,
      action.metadata?.task?.id?.name === good.metadata.task.id.name,
    );
    const [first] = data.differences;
    const isSame = phaseOf(action) === phaseOf(good);
    assertEquals(first?.what === "phase", !isSame, text);
    assertEquals(data.equal.phase === 1, isSame);
  });
}

Deno.test("compare_runs of recorded runs pairs actions and outputs of the one", async () => {
  await using flyte = await serveRecorded(ALL);
  await using server = await connectServer(flyte.url, { clock: fastClock(20) });
  const { data, text } = await server.call("compare_runs", {
    run: "realfan1",
    against: "realsq3",
    ...{ project: "flytesnacks", domain: "development" },
  });
  assertEquals(data.status, "ok", text);
  assertEquals([data.run.phase, data.same_task], ["succeeded", false]);
  const what = data.differences.map((one: { what: string }) => one.what);
  assertEquals(what.slice(0, 1), ["task"]);
  assert(what.includes("outputs"), text);
});

Deno.test("compare_runs of a recorded unknown run is not_found", async () => {
  await using flyte = await serveRecorded(CORE);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("compare_runs", {
    ...{ run: "nope", project: "flytesnacks", domain: "development" },
  });
  assertEquals(data.error.code, "not_found");
});
