import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import { tailPod } from "../../../sandbox/plane/kubernetes/tail_logs.ts";
import { SCALE } from "../../../sandbox/seed/mod.ts";
import type { World } from "../plane/world.ts";
import {
  detailsOf,
  errorOf,
  eventsOf,
  rootOf,
  seededWorld,
} from "./seeded_world.ts";

const ACTIONS = 10_000;
const LINES = 1_000_000;

/** The counts below the root as a watcher has them once it has seen so many actions. */
async function countsOf({ runs }: World, total: number) {
  const stop = new AbortController();
  const stream = runs.watchActions(
    { runId: { ...SCALE.wide } },
    { signal: stop.signal },
  );
  const seen = new Set<string>();
  const sizes: number[] = [];
  for await (const { enrichedActions } of stream) {
    sizes.push(enrichedActions.length);
    for (const { action } of enrichedActions) seen.add(action?.id?.name ?? "");
    if (seen.size < total) continue;
    const root = enrichedActions.find(({ action }) =>
      action?.id?.name === "a0"
    );
    return { sizes, counts: root?.childrenPhaseCounts };
  }
  return undefined;
}

Deno.test("scale has a run with ten thousand actions, in batches of a thousand", async () => {
  await using world = await seededWorld({ everyday: false, actions: ACTIONS });
  const { sizes, counts } = await countsOf(world, ACTIONS) ?? {};
  assertEquals(counts, {
    [ActionPhase.QUEUED]: 50,
    [ActionPhase.RUNNING]: 50,
    [ActionPhase.SUCCEEDED]: 9_800,
    [ActionPhase.FAILED]: 99,
  });
  // The first batch has the root, the others have it again.
  assertEquals(sizes, [1_000, ...Array(9).fill(1_001)]);
});

Deno.test("scale tells of every action's attempts when it is asked", async () => {
  await using world = await seededWorld({ everyday: false, actions: 300 });
  const failed = await detailsOf(world, SCALE.shard(107));
  assertEquals(failed.status?.phase, ActionPhase.FAILED);
  assertMatch(errorOf(failed), /could not convert/);
  assertEquals(eventsOf(failed).length, 9);
  const queued = await detailsOf(world, SCALE.shard(298));
  assertMatch(eventsOf(queued).at(-1) ?? "", /Too many pods/);
  const { inputs } = await world.data.getActionData({
    actionId: identifierOf(SCALE.shard(107)),
  });
  assertEquals(inputs?.literals.length, 2);
});

Deno.test("scale takes later reports of an action that was told in short", async () => {
  await using world = await seededWorld({ everyday: false, actions: 300 });
  const id = identifierOf(SCALE.shard(298));
  await world.internal.recordActionEvents({
    events: [{ id, attempt: 1, phase: ActionPhase.RUNNING }],
  });
  const { attempts } = await detailsOf(world, SCALE.shard(298));
  assertEquals(attempts.length, 1);
  assertEquals(
    attempts[0]?.phaseTransitions.map(({ phase }) => phase).toSorted(),
    [ActionPhase.QUEUED, ActionPhase.RUNNING],
  );
});

/** The longest log, and how many of its lines have been made. */
async function longLog() {
  const world = await seededWorld({ everyday: false, logLines: LINES });
  const { pods } = world.cluster;
  const pod = pods.get("flyte", "long-log-a0-0");
  assert(pod);
  let made = 0;
  pods.add({
    namespace: "flyte",
    name: "long-log-a0-0",
    lines: {
      *[Symbol.iterator]() {
        for (const line of pod.lines()) {
          made++;
          yield line;
        }
      },
    },
  });
  return {
    world,
    made: () => made,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

Deno.test("scale makes no more of a million lines than a reader has read", async () => {
  await using log = await longLog();
  const stop = new AbortController();
  const actionId = identifierOf(rootOf(SCALE.longLog));
  const stream = log.world.data.tailLogs(
    { actionId, attempt: 1 },
    { signal: stop.signal },
  )[Symbol.asyncIterator]();
  for (let batches = 1; batches <= 3; batches++) {
    const { value } = await stream.next();
    assertEquals(value?.logs[0]?.lines.length, 100);
    assert(log.made() <= batches * 100 + 1, `${log.made()}`);
  }
  stop.abort();
  await stream.next().catch(() => {});
});

Deno.test("scale shows the end of a million lines when the start is not known", async () => {
  await using log = await longLog();
  const lines: string[] = [];
  const key = { namespace: "flyte", name: "long-log-a0-0" };
  const { signal } = new AbortController();
  for await (const batch of tailPod(log.world.cluster.pods, key, signal)) {
    lines.push(...batch.map(({ message }) => message));
  }
  assertEquals(lines.length, 1_000);
  assert(lines.includes(SCALE.line(LINES - 1)));
  assert(lines.includes("Traceback (most recent call last):"));
  assertMatch(lines.at(-1) ?? "", /Flyte runtime completed/);
  assert(log.made() > LINES);
});
