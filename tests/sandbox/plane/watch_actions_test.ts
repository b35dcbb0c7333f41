import { assert, assertEquals } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Filter_Function,
  type FilterSchema,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { EnrichedAction } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { toTimestamp } from "../../../sandbox/plane/clock.ts";
import {
  createRun,
  createWorld,
  recordTask,
  RUN,
  setPhase,
  START_MS,
} from "./world.ts";
import type { World } from "./world.ts";

type FilterInit = MessageInitShape<typeof FilterSchema>;

const FAILED_ONLY: FilterInit = {
  field: "PHASE",
  function: Filter_Function.VALUE_IN,
  values: [String(ActionPhase.FAILED)],
};

/** The messages of a watch, one by one. */
function watch({ runs }: World, filter: FilterInit[] = []) {
  const stop = new AbortController();
  const stream = runs.watchActions(
    { runId: { ...RUN }, filter },
    { signal: stop.signal },
  )[Symbol.asyncIterator]();
  return {
    async next(): Promise<readonly EnrichedAction[]> {
      const { value, done } = await stream.next();
      return done ? [] : value.enrichedActions;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stream.next().catch(() => {});
    },
  };
}

function names(actions: readonly EnrichedAction[]): string[] {
  return actions.map(({ action }) => action?.id?.name ?? "").toSorted();
}

function root(actions: readonly EnrichedAction[]): EnrichedAction | undefined {
  return actions.find(({ action }) => action?.id?.name === "a0");
}

/** A run with a root and so many actions more. */
async function runOf(world: World, children: number): Promise<void> {
  await createRun(world);
  for (let i = 0; i < children; i++) await recordTask(world, `c${i}`);
}

for (const [total, batches] of [[1, [1]], [1_000, [1_000]]] as const) {
  Deno.test(`watchActions() sends one message when there are ${total} actions`, async () => {
    await using world = createWorld();
    await runOf(world, total - 1);
    await using stream = watch(world);
    assertEquals((await stream.next()).length, batches[0]);
    await setPhase(world, "a0", ActionPhase.RUNNING);
    assertEquals(names(await stream.next()), ["a0"]);
  });
}

Deno.test("watchActions() sends the root again when there are 1,001 actions", async () => {
  await using world = createWorld();
  await runOf(world, 1_000);
  await using stream = watch(world);
  const first = await stream.next();
  assertEquals(first.length, 1_000);
  assertEquals(root(first)?.childrenPhaseCounts, { 1: 999 });
  const second = await stream.next();
  assertEquals(names(second), ["a0", "c999"]);
  assertEquals(root(second)?.childrenPhaseCounts, { 1: 1_000 });
});

Deno.test("watchActions() tells little of a change when there are 10,000 actions", async () => {
  await using world = createWorld();
  await runOf(world, 9_999);
  await using stream = watch(world);
  const counts: number[] = [];
  for (let i = 0; i < 10; i++) {
    counts.push(root(await stream.next())?.childrenPhaseCounts[1] ?? 0);
  }
  assertEquals(counts.at(0), 999);
  assertEquals(counts.at(-1), 9_999);
  await setPhase(world, "c5000", ActionPhase.RUNNING);
  const changed = await stream.next();
  assertEquals(names(changed), ["a0", "c5000"]);
  assertEquals(root(changed)?.childrenPhaseCounts, { 1: 9_998, 4: 1 });
});

Deno.test("watchActions() counts descendants at every level when they are nested", async () => {
  await using world = createWorld();
  await createRun(world);
  await recordTask(world, "b1");
  await recordTask(world, "c1", { parent: "b1" });
  await setPhase(world, "c1", ActionPhase.SUCCEEDED);
  await using stream = watch(world);
  const counts = (await stream.next()).map((one) => one.childrenPhaseCounts);
  assertEquals(counts, [{ 1: 1, 5: 1 }, { 5: 1 }, {}]);
});

Deno.test("watchActions() keeps a phase with 0 when nothing is in it any more", async () => {
  await using world = createWorld();
  await runOf(world, 1);
  await using stream = watch(world);
  await stream.next();
  await setPhase(world, "c0", ActionPhase.RUNNING);
  const changed = root(await stream.next());
  assertEquals(changed?.childrenPhaseCounts, { 1: 0, 4: 1 });
});

Deno.test("watchActions() shows ancestors when only a descendant meets the filter", async () => {
  await using world = createWorld();
  await createRun(world);
  await recordTask(world, "b1");
  await recordTask(world, "b2");
  await recordTask(world, "c1", { parent: "b1" });
  await setPhase(world, "c1", ActionPhase.FAILED);
  await using stream = watch(world, [FAILED_ONLY]);
  assertEquals(names(await stream.next()), ["a0", "b1", "c1"]);
});

Deno.test("watchActions() takes an action and its ancestors back when it leaves the filter", async () => {
  await using world = createWorld();
  await createRun(world);
  await recordTask(world, "b1");
  await recordTask(world, "c1", { parent: "b1" });
  await setPhase(world, "c1", ActionPhase.FAILED);
  await using stream = watch(world, [FAILED_ONLY]);
  assert((await stream.next()).every(({ meetsFilter }) => meetsFilter));
  await setPhase(world, "c1", ActionPhase.RUNNING);
  const gone = await stream.next();
  assertEquals(names(gone), ["a0", "b1", "c1"]);
  assert(gone.every(({ meetsFilter }) => !meetsFilter));
});

Deno.test("watchActions() tells only the counts above when a change happens outside the filter", async () => {
  await using world = createWorld();
  await runOf(world, 2);
  await setPhase(world, "c0", ActionPhase.FAILED);
  await using stream = watch(world, [FAILED_ONLY]);
  assertEquals(names(await stream.next()), ["a0", "c0"]);
  await setPhase(world, "c1", ActionPhase.RUNNING);
  const changed = await stream.next();
  assertEquals(names(changed), ["a0"]);
  assertEquals(root(changed)?.childrenPhaseCounts, { 1: 0, 4: 1, 6: 1 });
});

Deno.test("watchActions() tells a burst of changes to one action once", async () => {
  await using world = createWorld();
  await runOf(world, 1);
  await using stream = watch(world);
  await stream.next();
  await setPhase(world, "c0", ActionPhase.RUNNING);
  await setPhase(world, "c0", ActionPhase.SUCCEEDED);
  const changed = root(await stream.next());
  assertEquals(changed?.childrenPhaseCounts, { 1: 0, 5: 1 });
});

Deno.test("watchActions() tells no duration when an action took less than a millisecond", async () => {
  await using world = createWorld();
  await createRun(world);
  const startTime = toTimestamp(START_MS * 1_000 + 5_000_000);
  const endTime = toTimestamp(START_MS * 1_000 + 5_000_147);
  await world.internal.recordAction({
    actionId: { run: { ...RUN }, name: "t1" },
    parent: "a0",
    spec: { case: "trace", value: { name: "note", startTime, endTime } },
  });
  await using stream = watch(world);
  const trace = (await stream.next())
    .find(({ action }) => action?.id?.name === "t1")?.action?.status;
  assertEquals(trace?.endTime, endTime);
  assertEquals(trace?.durationMs, undefined);
});
