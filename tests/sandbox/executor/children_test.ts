import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  identifierOf,
  listActions,
} from "../../../sandbox/plane/kubernetes/reports.ts";
import { actionName } from "../../../sandbox/seed/random_names.ts";
import { everydayScript } from "../../../sandbox/seed/scripts.ts";
import { publishModel } from "../../../sandbox/seed/tasks/forecasting.ts";
import type { SdkTask } from "../../../sandbox/seed/tasks/sdk_task.ts";
import { trainModel } from "../../../sandbox/seed/tasks/training.ts";
import { float, integer, string } from "../../../sandbox/seed/values.ts";
import {
  type Bed,
  eventually,
  isIn,
  launch,
  logOf,
  openBed,
  over,
  PLACE,
  ROOT,
  RUN,
} from "./bed.ts";

const { ABORTED, FAILED, PAUSED, RUNNING, SUCCEEDED } = ActionPhase;
const LONG = 600_000;
const SHARDS = 4;
const TRAINING: SdkTask = { ...trainModel(PLACE, "v3"), secrets: {} };
const PUBLISHING = publishModel(PLACE, "v1");

async function train(bed: Bed, dataset = "s3://example/orders"): Promise<void> {
  const inputs = { dataset: string(dataset), shards: integer(SHARDS) };
  await launch(bed, { task: TRAINING, inputs });
}

async function publish(bed: Bed): Promise<void> {
  const inputs = { model: string("orders-8"), accuracy: float(0.9) };
  await launch(bed, { task: PUBLISHING, inputs });
}

function child(label: string) {
  return { run: RUN, name: actionName(RUN, label) };
}

function phases(actions: readonly Action[]) {
  return actions.map(({ status }) => status?.phase).toSorted();
}

Deno.test("executor runs children below a running root, then ends it", async () => {
  await using bed = openBed(everydayScript);
  await train(bed);
  bed.clock.advance(7_000);
  await eventually(bed, child("shard 3"), isIn(RUNNING));
  const { status } = await eventually(bed, ROOT, isIn(RUNNING));
  assertEquals(status?.endTime, undefined);
  bed.clock.advance(LONG);
  assertEquals((await over(bed)).status?.phase, SUCCEEDED);
  const actions = await listActions(bed, RUN);
  assertEquals(phases(actions), Array(1 + SHARDS).fill(SUCCEEDED));
  assert(
    actions.every(({ metadata, id }) =>
      metadata?.parent === (id?.name === "a0" ? "" : "a0")
    ),
  );
});

Deno.test("executor fails a root over a child that failed three times", async () => {
  await using bed = openBed(everydayScript);
  await train(bed, "s3://example/orders/broken");
  bed.clock.advance(LONG);
  const root = await over(bed);
  assertEquals(root.status?.phase, FAILED);
  const failed = await over(bed, child("shard 1"));
  assertEquals(failed.attempts.map(({ phase }) => phase), [
    RUNNING,
    RUNNING,
    FAILED,
  ]);
  const messages = [root, failed].map(({ result }) =>
    result.case === "errorInfo" ? result.value.message : ""
  );
  assertEquals(messages[0], messages[1]);
  const log = await logOf(bed, { id: child("shard 1"), attempt: 3 });
  assert(log.includes("Traceback (most recent call last):"));
});

Deno.test("executor fails a parent whose child was aborted", async () => {
  await using bed = openBed(everydayScript);
  await train(bed);
  bed.clock.advance(7_000);
  const gone = child("shard 2");
  await eventually(bed, gone, isIn(RUNNING));
  await bed.runs.abortAction({
    actionId: identifierOf(gone),
    reason: "not this one",
  });
  bed.clock.advance(LONG);
  const { status, result } = await over(bed);
  assertEquals(status?.phase, FAILED);
  assertMatch(
    result.case === "errorInfo" ? result.value.message : "",
    new RegExp(`^Action ${gone.name} was aborted, aborting current Action a0$`),
  );
  assertEquals((await over(bed, gone)).status?.phase, ABORTED);
});

Deno.test("executor aborts children with their root", async () => {
  await using bed = openBed(everydayScript);
  await train(bed);
  bed.clock.advance(7_000);
  await eventually(bed, child("shard 3"), isIn(RUNNING));
  await bed.runs.abortRun({ runId: { ...RUN }, reason: "enough" });
  bed.clock.advance(LONG);
  await over(bed);
  for (const { id } of await listActions(bed, RUN)) {
    const { status } = await over(bed, { run: RUN, name: id?.name ?? "" });
    assertEquals(status?.phase, ABORTED);
  }
});

Deno.test("executor waits for an answer, however long it takes, and gives it on", async () => {
  await using bed = openBed(everydayScript);
  await publish(bed);
  const id = child("approve");
  bed.clock.advance(4_500);
  await eventually(bed, id, isIn(PAUSED));
  bed.clock.advance(3_600_000);
  await bed.runs.signalEvent({
    actionId: identifierOf(id),
    payload: { value: { case: "boolValue", value: false } },
  });
  bed.clock.advance(50);
  await eventually(bed, id, isIn(SUCCEEDED));
  bed.clock.advance(LONG);
  const { status } = await over(bed);
  assertEquals(status?.phase, SUCCEEDED);
  assert((status?.durationMs ?? 0n) > 3_600_000n);
  const { outputs } = await bed.data.getActionData({
    actionId: identifierOf({ run: RUN, name: "a0" }),
  });
  const scalar = outputs?.literals[0]?.value?.value;
  const primitive = scalar?.case === "scalar" ? scalar.value.value : undefined;
  assertEquals(
    primitive?.case === "primitive" && primitive.value.value.value,
    false,
  );
});

Deno.test("executor fails a run whose question nobody answered in time", async () => {
  await using bed = openBed((run) => {
    const story = everydayScript(run);
    const children = (story.children ?? []).map((one) =>
      one.kind === "condition" ? { ...one, timeout: 60 } : one
    );
    return { ...story, children };
  });
  await publish(bed);
  bed.clock.advance(LONG);
  const { status, result } = await over(bed);
  assertEquals(status?.phase, FAILED);
  assertMatch(
    result.case === "errorInfo" ? result.value.message : "",
    /^Condition 'approve' was not signaled within the timeout period\.$/,
  );
  const condition = await over(bed, child("approve"));
  assertEquals(condition.status?.phase, ActionPhase.TIMED_OUT);
});
