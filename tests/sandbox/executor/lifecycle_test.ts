import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { toJson } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { ActionDetailsSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import { isTerminal } from "../../../sandbox/plane/workflow/phases.ts";
import {
  isIn,
  launch,
  logOf,
  openBed,
  over,
  ROOT,
  RUN,
  START_MS,
  watch,
} from "./bed.ts";

const { INITIALIZING, QUEUED, RUNNING, SUCCEEDED } = ActionPhase;
const LONG = 60_000;

Deno.test("executor takes a run through its phases as time goes by", async () => {
  await using bed = openBed();
  await launch(bed);
  await using seen = watch(bed);
  assertEquals((await seen.next())?.status?.phase, QUEUED);
  for (
    const [ms, phase] of [[1_000, INITIALIZING], [1_500, RUNNING]] as const
  ) {
    bed.clock.advance(ms);
    assert(await seen.until(isIn(phase)), ActionPhase[phase]);
  }
  bed.clock.advance(LONG);
  assertEquals((await over(bed)).status?.phase, SUCCEEDED);
});

Deno.test("executor leaves a run queued while no time passes", async () => {
  await using bed = openBed();
  await launch(bed);
  const { details } = await bed.runs.getRunDetails({ runId: { ...RUN } });
  assertEquals(details?.action?.attempts, []);
  assertEquals(details?.action?.status?.phase, QUEUED);
});

Deno.test("executor tells watchers of the last event before the status says it", async () => {
  await using bed = openBed();
  await launch(bed);
  await using seen = watch(bed);
  bed.clock.advance(3_000);
  assert(await seen.until(isIn(RUNNING)));
  bed.clock.advance(LONG);
  const last = await seen.until(({ attempts }) =>
    isTerminal(attempts.at(-1)?.phase ?? 0)
  );
  assertEquals(last?.status?.phase, RUNNING);
  assertEquals(last?.attempts.at(-1)?.phase, SUCCEEDED);
  assertEquals(await seen.next(), undefined);
  const { status } = await over(bed);
  assertEquals(status?.phase, SUCCEEDED);
  assert(status?.endTime);
});

Deno.test("executor tells the events that a real cluster tells", async () => {
  await using bed = openBed();
  await launch(bed);
  bed.clock.advance(LONG);
  const [attempt] = (await over(bed)).attempts;
  assertEquals(attempt?.clusterEvents.map(({ message }) => message), [
    "task submitted to K8s",
    "Demistify Pending",
    "[|ContainerCreating]: |",
    "Successfully assigned flyte/r1-a0-0 to node-1",
    "[|ContainerCreating]: |",
    'Pulling image "ghcr.io/example/training:v1"',
    'Successfully pulled image "ghcr.io/example/training:v1" in 1s',
    "Created container: r1-a0-0",
    "Started container r1-a0-0",
  ]);
  assertEquals(attempt?.phaseTransitions.map(({ phase }) => phase), [
    QUEUED,
    INITIALIZING,
    RUNNING,
    SUCCEEDED,
  ]);
});

Deno.test("executor leaves outputs of the declared types, and a log", async () => {
  await using bed = openBed();
  await launch(bed);
  bed.clock.advance(LONG);
  await over(bed);
  const { outputs } = await bed.data.getActionData({
    actionId: identifierOf(ROOT),
  });
  const scalar = outputs?.literals[0]?.value?.value;
  const primitive = scalar?.case === "scalar" ? scalar.value.value : undefined;
  assertEquals(outputs?.literals[0]?.name, "o0");
  assertEquals(
    primitive?.case === "primitive" && primitive.value.value.case,
    "floatValue",
  );
  const log = await logOf(bed);
  assertMatch(log[0] ?? "", /^starting a0 --inputs/);
  assertMatch(log.at(-1) ?? "", /Flyte runtime completed/);
});

Deno.test("executor writes the log as time goes by, and readers follow", async () => {
  await using bed = openBed();
  await launch(bed);
  await using seen = watch(bed);
  bed.clock.advance(2_500);
  assert(await seen.until(isIn(RUNNING)));
  const actionId = identifierOf(ROOT);
  const lines: string[] = [];
  for await (const { logs } of bed.data.tailLogs({ actionId, attempt: 1 })) {
    for (const log of logs) lines.push(...log.lines.map((one) => one.message));
    bed.clock.advance(2_000);
  }
  assert(lines.length >= 5, lines.join("\n"));
  assertMatch(lines.at(-1) ?? "", /completed/);
});

Deno.test("executor takes a cached result when the inputs are the same again", async () => {
  await using bed = openBed();
  await launch(bed);
  bed.clock.advance(LONG);
  await over(bed);
  const again = { run: { ...RUN, name: "r2" }, name: "a0" };
  await launch(bed, { run: again.run });
  bed.clock.advance(LONG);
  const { attempts, status } = await over(bed, again);
  assertEquals(attempts[0]?.clusterEvents[0]?.message, "cache hit");
  assertEquals(attempts[0]?.logsAvailable, false);
  assertEquals(status?.phase, SUCCEEDED);
  const { outputs } = await bed.data.getActionData({
    actionId: identifierOf(again),
  });
  assertEquals(outputs?.literals.length, 1);
});

Deno.test("executor does nothing about a name that is there already", async () => {
  await using bed = openBed();
  await launch(bed);
  await launch(bed);
  bed.clock.advance(LONG);
  assertEquals((await over(bed)).attempts.length, 1);
});

Deno.test("executor makes two runs alike when the clock is the same", async () => {
  const tell = async () => {
    await using bed = openBed();
    await launch(bed);
    bed.clock.advance(LONG);
    return toJson(ActionDetailsSchema, await over(bed));
  };
  assertEquals(await tell(), await tell());
});

Deno.test("executor dates what happened by the clock it was given", async () => {
  await using bed = openBed();
  await launch(bed);
  bed.clock.advance(LONG);
  const { status, attempts: [attempt] } = await over(bed);
  assertEquals(Number(status?.startTime?.seconds), START_MS / 1_000);
  assertEquals(Number(status?.endTime?.seconds), START_MS / 1_000 + 6);
  // The status follows the event a moment later.
  assert((status?.endTime?.nanos ?? 0) > (attempt?.endTime?.nanos ?? 0));
});

Deno.test("executor ends with its plane, in the middle of a run", async () => {
  const bed = openBed();
  await launch(bed);
  await using seen = watch(bed);
  bed.clock.advance(2_500);
  assert(await seen.until(isIn(RUNNING)));
  await bed[Symbol.asyncDispose]();
  // Nothing is left that could wake up: the sanitizers would tell.
  bed.clock.advance(LONG);
  await assertRejects(() => seen.next(), ConnectError);
});
