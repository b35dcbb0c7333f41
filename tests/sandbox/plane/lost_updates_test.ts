import { assertEquals } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { Mailbox } from "../../../sandbox/plane/mailbox.ts";
import { isTerminal } from "../../../sandbox/plane/workflow/phases.ts";
import {
  createRun,
  createWorld,
  recordTask,
  RUN,
  setPhase,
  type World,
} from "./world.ts";

const { RUNNING, SUCCEEDED } = ActionPhase;
const CAPACITY = 100;

/** The phases of the root as a watcher of the run's actions is told them. */
function watchRoot({ runs }: World) {
  const stop = new AbortController();
  const stream = runs.watchActions(
    { runId: { ...RUN } },
    { signal: stop.signal },
  )[Symbol.asyncIterator]();
  return {
    async next(): Promise<ActionPhase | undefined> {
      const { value, done } = await stream.next();
      if (done) return undefined;
      return value.enrichedActions
        .find(({ action }) => action?.id?.name === "a0")?.action?.status?.phase;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stream.next().catch(() => {});
    },
  };
}

Deno.test("Plane.lose() keeps the end of a run from its watchers, and from nobody else", async () => {
  await using world = createWorld();
  await createRun(world);
  await using root = watchRoot(world);
  await root.next();
  using _lost = world.plane.lose(({ phase }) => isTerminal(phase));
  await setPhase(world, "a0", RUNNING);
  assertEquals(await root.next(), RUNNING);
  await setPhase(world, "a0", SUCCEEDED);
  const { details } = await world.runs.getRunDetails({ runId: { ...RUN } });
  assertEquals(details?.action?.status?.phase, SUCCEEDED);
  // What the watcher hears of next tells of the root as it knew it.
  await recordTask(world, "c1");
  assertEquals(await root.next(), RUNNING);
});

Deno.test("Plane.lose() ends when it is disposed of", async () => {
  await using world = createWorld();
  await createRun(world);
  await using root = watchRoot(world);
  await root.next();
  {
    using _lost = world.plane.lose(() => true);
    await setPhase(world, "a0", RUNNING);
  }
  await setPhase(world, "a0", SUCCEEDED);
  assertEquals(await root.next(), SUCCEEDED);
});

Deno.test("Plane.lose() keeps a run from those who watch all runs", async () => {
  await using world = createWorld();
  await createRun(world);
  const stop = new AbortController();
  const stream = world.runs.watchRuns({}, { signal: stop.signal })[
    Symbol.asyncIterator
  ]();
  await stream.next();
  {
    using _lost = world.plane.lose(({ run }) => run.name === RUN.name);
    await setPhase(world, "a0", RUNNING);
  }
  await createRun(world, { ...RUN, name: "r2" });
  await world.internal.updateActionStatus({
    actionId: { run: { ...RUN, name: "r2" }, name: "a0" },
    status: { phase: RUNNING },
  });
  const { value } = await stream.next();
  assertEquals(value?.runs[0]?.action?.id?.run?.name, "r2");
  stop.abort();
  await stream.next().catch(() => {});
});

Deno.test("watchActions() loses the end of a run when its reader is a hundred actions behind", async () => {
  await using world = createWorld();
  await createRun(world);
  const names = Array.from({ length: CAPACITY }, (_, index) => `c${index}`);
  for (const name of names) await recordTask(world, name);
  await using root = watchRoot(world);
  await root.next();
  for (const name of names) await setPhase(world, name, RUNNING);
  await setPhase(world, "a0", SUCCEEDED);
  for (let read = 0; read < CAPACITY; read++) await root.next();
  await setPhase(world, "c0", SUCCEEDED);
  // The counts of the root are sent with every child, its own end never was.
  assertEquals(await root.next(), ActionPhase.QUEUED);
  const { details } = await world.runs.getRunDetails({ runId: { ...RUN } });
  assertEquals(details?.action?.status?.phase, SUCCEEDED);
});

Deno.test("Mailbox has room for a hundred letters, and for those that are in it", async () => {
  using mailbox = new Mailbox<number>(() => {}, { once: true });
  for (let letter = 0; letter <= CAPACITY; letter++) mailbox.put(letter);
  mailbox.put(0);
  const { signal } = new AbortController();
  const read: (number | undefined)[] = [];
  for (let i = 0; i < CAPACITY; i++) read.push(await mailbox.take(signal));
  assertEquals(read, Array.from({ length: CAPACITY }, (_, index) => index));
  // The one too many is not waiting either.
  mailbox.put(7);
  assertEquals(await mailbox.take(signal), 7);
});
