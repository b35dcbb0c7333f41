import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import { listActions } from "../../../sandbox/plane/kubernetes/reports.ts";
import { SEEDED, TROUBLES } from "../../../sandbox/seed/mod.ts";
import { CACHE_OWNER } from "../../../sandbox/seed/troubles/troubles.ts";
import type { World } from "../plane/world.ts";
import {
  detailsOf,
  errorOf,
  eventsOf,
  logOf,
  rootOf,
  seededWorld,
} from "./seeded_world.ts";

type Name = keyof typeof TROUBLES;

const { ABORTED, FAILED, PAUSED, QUEUED, RUNNING, TIMED_OUT } = ActionPhase;

/** One seeded plane for all tests: they only read. */
let seeded: Promise<World> | undefined;

function troubles(): Promise<World> {
  return seeded ??= seededWorld({ everyday: false, troubles: true });
}

Deno.test.afterAll(async () => await (await seeded)?.[Symbol.asyncDispose]());

const TRACEBACKS: [Name, RegExp][] = [
  ["userException", /^KeyError: 'amount'$/],
  ["missingInput", /^TypeError: load_rows\(\) missing/],
  ["upstream", /^UndefinedTable: relation/],
  [
    "wrongType",
    /^flyte\.types\._type_engine\.TypeTransformerFailedError: Error converting input 'rows':$/,
  ],
  ["crashLoop", /^ModuleNotFoundError: No module named 'confluent_kafka'$/],
];

for (const [name, line] of TRACEBACKS) {
  Deno.test(`troubles: ${name} has its traceback at the end of the log alone`, async () => {
    const world = await troubles();
    const { cause } = TROUBLES[name];
    const details = await detailsOf(world, cause);
    assertEquals(errorOf(details).includes("Traceback"), false);
    const log = await logOf(world, cause, details.attempts.length);
    const start = log.lastIndexOf("Traceback (most recent call last):");
    assert(start > 0);
    assert(log.slice(start).some((text) => line.test(text)), log.join("\n"));
  });
}

const NO_LOG: [Name, string][] = [
  ["podGone", "pod clean-pod-gone-a0-0 not found in namespace flyte"],
  ["missingOutputs", "no log context found"],
  ["imagePull", "no log context found"],
  ["missingSecret", "no log context found"],
  ["neverEnqueued", "no event found"],
  ["nodeGone", "failed to stream pod logs"],
  ["unschedulable", "primary container train-too-big-a0-0 not found"],
];

for (const [name, message] of NO_LOG) {
  Deno.test(`troubles: ${name} gives no log away: ${message}`, async () => {
    const world = await troubles();
    await assertRejects(
      () => logOf(world, TROUBLES[name].cause, 1),
      ConnectError,
      message,
    );
  });
}

Deno.test("troubles: logs of crash loops begin anew with every launch", async () => {
  const world = await troubles();
  const launches = async (name: Name) =>
    (await logOf(world, TROUBLES[name].cause, 1))
      .filter((line) => line.startsWith("starting a0 ")).length;
  assertEquals(await launches("crashLoop"), 4);
  assertEquals(await launches("wrongType"), 3);
  assertEquals(await launches("silentCrashLoop"), 1);
});

Deno.test("troubles: attempts that were refused leave less than others", async () => {
  const { attempts } = await detailsOf(
    await troubles(),
    TROUBLES.quota.cause,
  );
  assertEquals(attempts.map(({ attempt }) => attempt), [2, 3]);
  assertEquals(attempts.map(({ phase }) => phase), [QUEUED, FAILED]);
  assertEquals(
    attempts.map(({ clusterEvents }) => clusterEvents.length),
    [1, 1],
  );
});

Deno.test("troubles: an earlier attempt still says RUNNING", async () => {
  const { attempts, status } = await detailsOf(
    await troubles(),
    TROUBLES.outOfMemory.cause,
  );
  assertEquals(attempts.map(({ phase }) => phase), [RUNNING, FAILED]);
  assertEquals(attempts[0]?.endTime, undefined);
  assertEquals(status?.attempts, 2);
});

Deno.test("troubles: a preempted pod is seen in events, not in the phase", async () => {
  const details = await detailsOf(await troubles(), TROUBLES.preempted.cause);
  assertEquals(details.status?.phase, RUNNING);
  assertEquals(details.attempts[0]?.phase, QUEUED);
  const events = eventsOf(details);
  assert(events.some((text) => text.startsWith("Preempted by pod ")));
  assert(events.some((text) => text.startsWith("Unschedulable:")));
});

Deno.test("troubles: who waits for the cache names whom it waits for", async () => {
  const world = await troubles();
  const waits = await detailsOf(world, TROUBLES.waitsForCache.cause);
  assertEquals(waits.attempts[0]?.phase, ActionPhase.WAITING_FOR_RESOURCES);
  assertMatch(
    eventsOf(waits)[0] ?? "",
    /reservation owner "flyte\/embed-owner-a0"/,
  );
  const owner = await detailsOf(world, rootOf(CACHE_OWNER));
  assertEquals(owner.status?.phase, RUNNING);
  const unwritten = await detailsOf(world, TROUBLES.cacheNotWritten.cause);
  assertEquals(
    unwritten.status?.cacheStatus,
    CatalogCacheStatus.CACHE_PUT_FAILURE,
  );
});

Deno.test("troubles: nobody took up the run that was never enqueued", async () => {
  const { attempts, status } = await detailsOf(
    await troubles(),
    TROUBLES.neverEnqueued.cause,
  );
  assertEquals(attempts, []);
  assertEquals(status?.attempts, 1);
});

Deno.test("troubles: a failure below says the same at every level above it", async () => {
  const world = await troubles();
  const actions = await listActions(world, TROUBLES.upstream.run);
  const failed = actions.filter(({ status }) => status?.phase === FAILED);
  assertEquals([actions.length, failed.length], [5, 3]);
  const messages = await Promise.all(
    failed.map(async ({ id }) =>
      errorOf(
        await detailsOf(world, {
          run: TROUBLES.upstream.run,
          name: id?.name ?? "",
        }),
      )
    ),
  );
  assertEquals(new Set(messages).size, 1);
});

Deno.test("troubles: aborts tell their reason where they were asked for alone", async () => {
  const world = await troubles();
  const reasonOf = async (id: Parameters<typeof detailsOf>[1]) => {
    const { result } = await detailsOf(world, id);
    return result.case === "abortInfo" ? result.value.reason : undefined;
  };
  const { aborted, childAborted } = TROUBLES;
  assertEquals(
    await reasonOf(aborted.cause),
    "started twice, see daily-report",
  );
  const children = await listActions(world, aborted.run, [ABORTED, 0]);
  assertEquals(children.length, 3);
  const reasons = await Promise.all(
    children.filter(({ id }) => id?.name !== "a0")
      .map(({ id }) => reasonOf({ run: aborted.run, name: id?.name ?? "" })),
  );
  assertEquals(reasons, ["", ""]);
  assertEquals(
    await reasonOf(childAborted.cause),
    "part 2 is in the archive already",
  );
});

Deno.test("troubles: three questions wait, and one waited too long", async () => {
  const world = await troubles();
  const { questions, unanswered } = TROUBLES;
  const open = await listActions(world, questions.run, [PAUSED, 0]);
  assertEquals(open.length, 3);
  const over = await detailsOf(world, unanswered.cause);
  assertEquals(over.status?.phase, TIMED_OUT);
});

Deno.test("troubles leave the everyday projects as they are", async () => {
  const { runs } = await troubles();
  const { mlProd, flytesnacks } = SEEDED.projects;
  for (const name of [mlProd, flytesnacks]) {
    const page = await runs.listRuns({
      scopeBy: {
        case: "projectId",
        value: { name, domain: "development" },
      },
    });
    assertEquals(page.runs, []);
  }
});
