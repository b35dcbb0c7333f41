import { assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { toTimestamp } from "../../../sandbox/plane/clock.ts";
import {
  type Attempt,
  NAMESPACE,
  podNameOf,
} from "../../../sandbox/plane/kubernetes/attempt.ts";
import {
  pending,
  running,
  submitted,
} from "../../../sandbox/plane/kubernetes/attempt_events.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import type { PodLine } from "../../../sandbox/plane/kubernetes/pods.ts";
import { createRun, createWorld, ROOT, START_MS } from "./world.ts";
import type { World } from "./world.ts";

const START = START_MS * 1_000;
const SECOND = 1_000_000;

const FIRST: Attempt = {
  id: ROOT,
  number: 1,
  image: "ghcr.io/example/tests:v1",
  outputPrefix: "mem://flyte-data/xx",
};

/** A run whose first attempt runs since the start of the test. */
async function startPod(
  world: World,
  { lines, isRunning = false }: { lines: PodLine[]; isRunning?: boolean },
) {
  await createRun(world);
  const events = [
    submitted(FIRST, START - SECOND),
    pending(FIRST, START - SECOND),
    running(FIRST, START),
  ];
  await world.internal.recordActionEvents({ events });
  return world.cluster.pods.add({
    namespace: NAMESPACE,
    name: podNameOf(FIRST),
    lines,
    running: isRunning,
  });
}

function linesOf(count: number, from = START): PodLine[] {
  return Array.from({ length: count }, (_, index) => ({
    time: from + index,
    message: `line ${index}`,
  }));
}

/** Reads a log, one list of messages for each message of the stream. */
async function* tail({ data }: World, attempt = 1) {
  const actionId = identifierOf(ROOT);
  for await (const { logs } of data.tailLogs({ actionId, attempt })) {
    yield logs.flatMap(({ lines }) => lines.map(({ message }) => message));
  }
}

Deno.test("tailLogs() sends a hundred lines at a time and ends with the pod", async () => {
  await using world = createWorld();
  await startPod(world, { lines: linesOf(250) });
  const sizes = [];
  for await (const lines of tail(world)) sizes.push(lines.length);
  assertEquals(sizes, [100, 100, 50]);
});

Deno.test("tailLogs() follows a pod that runs, each line once", async () => {
  await using world = createWorld();
  const pod = await startPod(world, { lines: linesOf(1), isRunning: true });
  const stream = tail(world);
  assertEquals((await stream.next()).value, ["line 0"]);
  pod.write({ time: START + 5, message: "later" });
  assertEquals((await stream.next()).value, ["later"]);
  pod.write({ time: START + 6, message: "last" });
  pod.finish();
  assertEquals((await stream.next()).value, ["last"]);
  assertEquals((await stream.next()).done, true);
});

Deno.test("tailLogs() tells no line twice when lines come while it is read", async () => {
  await using world = createWorld();
  const pod = await startPod(world, { lines: linesOf(150), isRunning: true });
  const stream = tail(world);
  const read = [...(await stream.next()).value ?? []];
  pod.write({ time: START + 200, message: "meanwhile" });
  pod.finish();
  for await (const lines of stream) read.push(...lines);
  assertEquals(read.length, 151);
  assertEquals(new Set(read).size, 151);
});

Deno.test("tailLogs() leaves out what came before the container started", async () => {
  await using world = createWorld();
  const earlier = { time: START - 2 * SECOND, message: "an earlier container" };
  await startPod(world, { lines: [earlier, ...linesOf(1)] });
  assertEquals((await tail(world).next()).value, ["line 0"]);
});

Deno.test("tailLogs() shows the last thousand lines when the start is not known", async () => {
  await using world = createWorld();
  const pod = await startPod(world, { lines: linesOf(1_500) });
  const context = running(FIRST, START).logContext;
  for (const { containers } of context?.pods ?? []) {
    for (const container of containers) delete container.process;
  }
  await world.internal.recordActionEvents({
    events: [{
      ...running(FIRST, START),
      version: 1,
      ...context && { logContext: context },
    }],
  });
  const read = [];
  for await (const lines of tail(world)) read.push(...lines);
  assertEquals(pod.running, false);
  assertEquals([read.length, read[0]], [1_000, "line 500"]);
});

Deno.test("tailLogs() ends with not_found when the pod is gone", async () => {
  await using world = createWorld();
  await startPod(world, { lines: [] });
  world.cluster.pods.remove(NAMESPACE, podNameOf(FIRST));
  const error = await assertRejects(
    () => tail(world).next(),
    ConnectError,
    "pod r1-a0-0 not found in namespace flyte",
  );
  assertEquals(error.code, Code.NotFound);
});

Deno.test("tailLogs() ends with not_found when no container has started", async () => {
  await using world = createWorld();
  await createRun(world);
  await world.internal.recordActionEvents({
    events: [pending(FIRST, START)],
  });
  world.cluster.pods.add({ namespace: NAMESPACE, name: podNameOf(FIRST) });
  await assertRejects(
    () => tail(world).next(),
    ConnectError,
    "primary container r1-a0-0 not found",
  );
});

Deno.test("tailLogs() gives lines their time and originator", async () => {
  await using world = createWorld();
  await startPod(world, { lines: linesOf(1) });
  const actionId = identifierOf(ROOT);
  for await (const { logs } of world.data.tailLogs({ actionId, attempt: 1 })) {
    const line = logs[0]?.lines[0];
    assertEquals(line?.timestamp, toTimestamp(START));
    assertEquals(line?.originator, 1);
  }
});

Deno.test("tailLogs() ends with internal when the node of the pod does not answer", async () => {
  await using world = createWorld();
  await startPod(world, { lines: linesOf(1), isRunning: true });
  world.cluster.pods.add({
    namespace: NAMESPACE,
    name: podNameOf(FIRST),
    running: true,
    unreachable: "10.0.0.7:10250",
  });
  const error = await assertRejects(
    () => tail(world).next(),
    ConnectError,
    "dial tcp 10.0.0.7:10250: connect: connection refused",
  );
  assertEquals(error.code, Code.Internal);
});
