import { assertEquals, assertRejects } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { CallOptions, Client } from "@connectrpc/connect";
import { RunIdentifierSchema } from "../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import {
  type RunService,
  type WatchActionsResponse,
  WatchActionsResponseSchema,
} from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import {
  type ActionCounts,
  countActions,
} from "../../src/client/actions/action_counts.ts";
import type { Clock } from "../../src/clock.ts";

const { RUNNING, SUCCEEDED, FAILED, QUEUED } = ActionPhase;

type Batch = MessageInitShape<typeof WatchActionsResponseSchema>;

/** A batch of so many actions, the root first, whose children stand like this. */
function batch(
  size: number,
  children: Record<number, number>,
  phase = RUNNING,
): WatchActionsResponse {
  const root = {
    action: { metadata: { parent: "" }, status: { phase } },
    childrenPhaseCounts: children,
  };
  const child = { action: { metadata: { parent: "a0" } } };
  const enrichedActions = [root, ...Array(size - 1).fill(child)];
  return create(WatchActionsResponseSchema, { enrichedActions });
}

/** Time that passes when a script says so, and somebody waits for it. */
interface SteppedClock extends Clock {
  pass(ms: number): Promise<void>;
}

function steppedClock(): SteppedClock {
  let time = 0;
  let asleep = Promise.withResolvers<void>();
  const sleepers = new Map<() => void, number>();
  return {
    now: () => time,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      sleepers.set(resolve, time + ms);
      const abort = () => {
        sleepers.delete(resolve);
        reject(signal?.reason);
      };
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
      asleep.resolve();
      asleep = Promise.withResolvers();
      return promise;
    },
    async pass(ms) {
      while (sleepers.size === 0) await asleep.promise;
      time += ms;
      for (const [wake, until] of sleepers) if (until <= time) wake();
    },
  };
}

/** What the server does: messages, and time between them. */
type Script = (
  clock: SteppedClock,
  signal: AbortSignal,
) => AsyncGenerator<WatchActionsResponse>;

/** Counts what a server sends that plays this script. */
async function count(
  script: Script,
  options: { signal?: AbortSignal; budgetMs?: number } = {},
): Promise<ActionCounts & { left: AbortSignal }> {
  const clock = steppedClock();
  const { signal = new AbortController().signal, ...budget } = options;
  let left = new AbortController().signal;
  const watchActions = (_request: unknown, { signal }: CallOptions = {}) => {
    left = signal ?? left;
    return script(clock, left);
  };
  // Of the service only this call is made.
  const runs = { watchActions } as unknown as Client<typeof RunService>;
  const runId = create(RunIdentifierSchema, { name: "r1" });
  const counts = await countActions(runs, { runId, clock, signal, ...budget });
  return { ...counts, left };
}

/** Resolves never, like a stream that has nothing more to say. */
function silence(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}

function facts(
  { byPhase, complete }: ActionCounts,
): Record<string, number | boolean> {
  return { complete, ...Object.fromEntries(byPhase) };
}

Deno.test("countActions() counts a run that is its root alone", async () => {
  const counts = await count(async function* () {
    yield batch(1, {}, QUEUED);
    await silence();
  });
  assertEquals(facts(counts), { complete: true, [QUEUED]: 1 });
});

Deno.test("countActions() adds the root to the children of its phase", async () => {
  const counts = await count(async function* () {
    yield batch(6, { [SUCCEEDED]: 3, [RUNNING]: 2, [FAILED]: 0 });
    await silence();
  });
  assertEquals(facts(counts), { complete: true, [SUCCEEDED]: 3, [RUNNING]: 3 });
});

Deno.test("countActions() takes silence after a full batch for the end", async () => {
  const counts = await count(async function* (clock) {
    yield batch(1000, { [SUCCEEDED]: 999 });
    await clock.pass(499);
    await clock.pass(1);
    await silence();
  });
  assertEquals(facts(counts), {
    complete: true,
    [SUCCEEDED]: 999,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() waits for the batch after a full one", async () => {
  const counts = await count(async function* (clock) {
    yield batch(1000, { [SUCCEEDED]: 999 });
    await clock.pass(450);
    yield batch(2, { [SUCCEEDED]: 1000 });
    await silence();
  });
  assertEquals(facts(counts), {
    complete: true,
    [SUCCEEDED]: 1000,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() lets the last batch decide while they grow", async () => {
  const counts = await count(async function* (clock) {
    for (const size of [999, 1998, 2997]) {
      yield batch(1000, { [SUCCEEDED]: size });
      await clock.pass(100);
    }
    yield batch(7, { [SUCCEEDED]: 2995, [FAILED]: 8 });
    await silence();
  });
  assertEquals(facts(counts), {
    complete: true,
    [SUCCEEDED]: 2995,
    [FAILED]: 8,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() keeps its counts through a batch without the root", async () => {
  const counts = await count(async function* () {
    yield batch(1000, { [SUCCEEDED]: 999 });
    const child = { action: { metadata: { parent: "a0" } } };
    const rest: Batch = { enrichedActions: [child] };
    yield create(WatchActionsResponseSchema, rest);
    await silence();
  });
  assertEquals(facts(counts), {
    complete: true,
    [SUCCEEDED]: 999,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() counts nothing of a stream that stalls", async () => {
  const counts = await count(async function* (clock) {
    await clock.pass(5000);
    await silence();
    yield batch(1, {});
  });
  assertEquals(facts(counts), { complete: false });
});

Deno.test("countActions() is not complete when batches come without end", async () => {
  const counts = await count(async function* (clock) {
    for (let size = 999;; size += 999) {
      yield batch(1000, { [SUCCEEDED]: size });
      await clock.pass(400);
    }
  });
  assertEquals(counts.complete, false);
});

Deno.test("countActions() is not complete when its time ends soon after a full batch", async () => {
  const counts = await count(async function* (clock) {
    await clock.pass(4900);
    yield batch(1000, { [SUCCEEDED]: 999 });
    await clock.pass(100);
    await silence();
  });
  assertEquals(facts(counts), {
    complete: false,
    [SUCCEEDED]: 999,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() takes no longer than its budget", async () => {
  const counts = await count(async function* (clock) {
    await clock.pass(50);
    await silence();
    yield batch(1, {});
  }, { budgetMs: 50 });
  assertEquals(counts.complete, false);
});

Deno.test("countActions() takes the end of the stream for the end", async () => {
  const counts = await count(async function* () {
    yield batch(1000, { [SUCCEEDED]: 999 });
  });
  assertEquals(facts(counts), {
    complete: true,
    [SUCCEEDED]: 999,
    [RUNNING]: 1,
  });
});

Deno.test("countActions() lets go of the stream when it has counted", async () => {
  const counts = await count(async function* () {
    yield batch(1, {});
    await silence();
  });
  assertEquals(counts.left.aborted, true);
});

Deno.test("countActions() passes an error of the stream on", async () => {
  const counting = count(async function* () {
    yield batch(1000, { [SUCCEEDED]: 999 });
    throw new RangeError("Cannot watch");
  });
  await assertRejects(() => counting, RangeError, "Cannot watch");
});

Deno.test("countActions() ends when its caller gives up, and so does the stream", async () => {
  const caller = new AbortController();
  const reason = new RangeError("Gave up");
  const ended = Promise.withResolvers<void>();
  const counting = count(async function* (_clock, signal) {
    signal.addEventListener("abort", () => ended.resolve());
    yield batch(1000, { [SUCCEEDED]: 999 });
    await silence();
  }, { signal: caller.signal });
  caller.abort(reason);
  await assertRejects(() => counting, RangeError, "Gave up");
  await ended.promise;
});
