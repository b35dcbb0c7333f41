import { assertEquals } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { SimpleType } from "../../../idl/flyteidl2/core/types_pb.ts";
import {
  type Attempt,
  NAMESPACE,
  podNameOf,
} from "../../../sandbox/plane/kubernetes/attempt.ts";
import {
  running,
  submitted,
} from "../../../sandbox/plane/kubernetes/attempt_events.ts";
import {
  createRun,
  createWorld,
  recordTask,
  RUN,
  setPhase,
  START_MS,
} from "./world.ts";
import type { World } from "./world.ts";

const START = START_MS * 1_000;
const A_MOMENT = 100;

/** Reports that an action runs in a pod. */
async function startPod({ internal, cluster }: World, name: string) {
  const attempt: Attempt = {
    id: { run: RUN, name },
    number: 1,
    image: "ghcr.io/example/tests:v1",
    outputPrefix: "mem://flyte-data/xx",
  };
  const events = [submitted(attempt, START), running(attempt, START + 1)];
  await internal.recordActionEvents({ events });
  cluster.pods.add({
    namespace: NAMESPACE,
    name: podNameOf(attempt),
    running: true,
  });
}

/** A run with a child, a grandchild, a finished child and an answered condition. */
async function startRun(world: World): Promise<void> {
  await createRun(world);
  await recordTask(world, "child");
  await recordTask(world, "grandchild", { parent: "child" });
  await recordTask(world, "done");
  for (const name of ["a0", "child", "grandchild"]) {
    await startPod(world, name);
    await setPhase(world, name, ActionPhase.RUNNING);
  }
  await setPhase(world, "done", ActionPhase.SUCCEEDED);
  const type = { type: { case: "simple", value: SimpleType.BOOLEAN } } as const;
  const value = { name: "approve", type };
  await world.internal.recordAction({
    actionId: { run: { ...RUN }, name: "approved" },
    parent: "a0",
    spec: { case: "condition", value },
  });
  await setPhase(world, "approved", ActionPhase.SUCCEEDED);
}

/** Lets the cluster act, and waits until an action is aborted there too. */
async function settle(world: World, name: string): Promise<void> {
  const stop = new AbortController();
  const watch = world.runs.watchActionDetails(
    { actionId: { run: { ...RUN }, name } },
    { signal: stop.signal },
  );
  world.clock.advance(A_MOMENT);
  for await (const { details } of watch) {
    const { phase } = details?.status ?? {};
    if (phase !== ActionPhase.ABORTED) continue;
    if (details?.attempts.at(-1)?.phase === ActionPhase.ABORTED) return;
  }
}

async function phases({ runs }: World): Promise<Record<string, number>> {
  const { actions } = await runs.listActions({
    runId: { ...RUN },
    request: { limit: 100 },
  });
  return Object.fromEntries(
    actions.map(({ id, status }) => [id?.name, status?.phase]),
  );
}

Deno.test("abortRun() aborts what is below and leaves what is over", async () => {
  await using world = createWorld();
  await startRun(world);
  await world.runs.abortRun({ runId: { ...RUN }, reason: "enough" });
  await settle(world, "grandchild");
  assertEquals(await phases(world), {
    a0: ActionPhase.ABORTED,
    child: ActionPhase.ABORTED,
    grandchild: ActionPhase.ABORTED,
    done: ActionPhase.SUCCEEDED,
    approved: ActionPhase.SUCCEEDED,
  });
});

Deno.test("abortRun() gives descendants no reason, an end and the event aborted", async () => {
  await using world = createWorld();
  await startRun(world);
  await world.runs.abortRun({ runId: { ...RUN }, reason: "enough" });
  await settle(world, "grandchild");
  const actionId = { run: { ...RUN }, name: "child" };
  const { details } = await world.runs.getActionDetails({ actionId });
  assertEquals(details?.result.case, "abortInfo");
  assertEquals(
    details?.result.case === "abortInfo" && details.result.value.reason,
    "",
  );
  const last = details?.attempts.at(-1);
  assertEquals(last?.clusterEvents.at(-1)?.message, "aborted");
  assertEquals(last?.endTime !== undefined, true);
});

Deno.test("abortAction() deletes the pods from that action down", async () => {
  await using world = createWorld();
  await startRun(world);
  await world.runs.abortAction({
    actionId: { run: { ...RUN }, name: "child" },
    reason: "enough",
  });
  await settle(world, "grandchild");
  const { pods } = world.cluster;
  const left = ["a0", "child", "grandchild"]
    .filter((name) => pods.get(NAMESPACE, `${RUN.name}-${name}-0`));
  assertEquals(left, ["a0"]);
  assertEquals((await phases(world))["a0"], ActionPhase.RUNNING);
});
