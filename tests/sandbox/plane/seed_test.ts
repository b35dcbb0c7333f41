import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type ActionDetails,
  ActionType,
  RunSource,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { fromTimestamp } from "../../../sandbox/plane/clock.ts";
import {
  identifierOf,
  listActions,
} from "../../../sandbox/plane/kubernetes/reports.ts";
import type {
  ActionKey,
  RunKey,
} from "../../../sandbox/plane/workflow/actions.ts";
import { seed, SEEDED } from "../../../sandbox/seed/mod.ts";
import { createWorld, START_MS, type World } from "./world.ts";

const { runs: RUNS, actions: ACTIONS } = SEEDED;
const EVERY_RUN: readonly RunKey[] = [
  ...Object.values(RUNS),
  ...SEEDED.history,
  ...SEEDED.twins,
];

/** One seeded plane for all tests: they only read. */
let seeded: Promise<World> | undefined;

function seededWorld(): Promise<World> {
  return seeded ??= Promise.try(async () => {
    const world = createWorld();
    await seed({ ...world.plane, ...world.cluster }, START_MS);
    return world;
  });
}

async function detailsOf(run: RunKey): Promise<ActionDetails> {
  const { runs } = await seededWorld();
  const { details } = await runs.getRunDetails({ runId: { ...run } });
  assert(details?.action);
  return details.action;
}

async function actionOf(id: ActionKey): Promise<ActionDetails> {
  const { runs } = await seededWorld();
  const actionId = identifierOf(id);
  const { details } = await runs.getActionDetails({ actionId });
  assert(details);
  return details;
}

/** The log of the last attempt of an action. */
async function logOf(id: ActionKey): Promise<string> {
  const { data } = await seededWorld();
  const attempt = (await actionOf(id)).attempts.length;
  const actionId = identifierOf(id);
  const lines: string[] = [];
  for await (const { logs } of data.tailLogs({ actionId, attempt })) {
    for (const batch of logs) {
      lines.push(...batch.lines.map(({ message }) => message));
    }
  }
  return lines.join("\n");
}

function errorOf({ result }: ActionDetails): string | undefined {
  return result.case === "errorInfo" ? result.value.message : undefined;
}

const PHASES: [keyof typeof RUNS, ActionPhase][] = [
  ["fanOut", ActionPhase.SUCCEEDED],
  ["scheduled", ActionPhase.SUCCEEDED],
  ["userError", ActionPhase.FAILED],
  ["outOfMemory", ActionPhase.FAILED],
  ["running", ActionPhase.RUNNING],
  ["crashLoop", ActionPhase.RUNNING],
  ["approval", ActionPhase.RUNNING],
  ["aborted", ActionPhase.ABORTED],
  ["timedOut", ActionPhase.TIMED_OUT],
  ["queued", ActionPhase.QUEUED],
  ["imagePull", ActionPhase.INITIALIZING],
];

for (const [run, phase] of PHASES) {
  Deno.test(`seed() leaves ${RUNS[run].name} ${ActionPhase[phase]}`, async () => {
    const { status } = await detailsOf(RUNS[run]);
    assertEquals(status?.phase, phase);
    const last = status?.endTime ?? status?.startTime;
    assert(last && fromTimestamp(last) < START_MS * 1_000);
  });
}

Deno.test("seed() fans out to a retried shard, a cached one and a trace", async () => {
  const world = await seededWorld();
  const actions = await listActions(world, RUNS.fanOut);
  assertEquals(actions.length, 1 + ACTIONS.shards.length + 1);
  const retried = await actionOf(ACTIONS.retriedShard);
  assertEquals(retried.attempts.map(({ phase }) => phase), [
    ActionPhase.RUNNING,
    ActionPhase.SUCCEEDED,
  ]);
  const cached = await actionOf(ACTIONS.cachedShard);
  assertEquals(cached.status?.cacheStatus, CatalogCacheStatus.CACHE_HIT);
  const [first] = ACTIONS.shards;
  assert(first);
  const { status } = await actionOf(first);
  assertEquals(status?.cacheStatus, CatalogCacheStatus.CACHE_POPULATED);
  const trace = await actionOf(ACTIONS.trace);
  assertEquals(trace.metadata?.actionType, ActionType.TRACE);
  assertEquals(trace.metadata?.parent, first.name);
});

Deno.test("seed() puts a traceback into the log and not into the error", async () => {
  const child = await actionOf(ACTIONS.failedShard);
  const message = errorOf(child) ?? "";
  assertEquals(errorOf(await detailsOf(RUNS.userError)), message);
  assertNotMatch(message, /Traceback|File/);
  assertEquals(child.attempts.length, 3);
  const log = await logOf(ACTIONS.failedShard);
  assertMatch(log, /^Traceback \(most recent call last\):$/m);
  assert(log.includes(`\nValueError: ${message}\n`));
});

Deno.test("seed() shows why a crash loop runs for ever in its log alone", async () => {
  const details = await detailsOf(RUNS.crashLoop);
  assertEquals(errorOf(details), undefined);
  const log = await logOf({ run: RUNS.crashLoop, name: "a0" });
  assertMatch(log, /ModuleNotFoundError/);
});

Deno.test("seed() tells in events why runs are stuck", async () => {
  const events = async (run: RunKey) =>
    (await detailsOf(run)).attempts
      .flatMap(({ clusterEvents }) => clusterEvents)
      .map(({ message }) => message);
  const queued = await events(RUNS.queued);
  assert(queued.some((text) => text.startsWith("Unschedulable:0/3 nodes")));
  const pulling = await events(RUNS.imagePull);
  assert(pulling.some((text) => text.startsWith("[|ImagePullBackOff]: |")));
});

Deno.test("seed() has children in different phases below the running run", async () => {
  const world = await seededWorld();
  const actions = await listActions(world, RUNS.running);
  const phases = new Set(actions.map(({ status }) => status?.phase));
  assert(phases.size >= 4, [...phases].join());
});

Deno.test("seed() has a run that waits for a person", async () => {
  const { runs } = await seededWorld();
  const { runs: waiting } = await runs.listRuns({
    scopeBy: {
      case: "projectId",
      value: { name: "ml-prod", domain: "production" },
    },
    pausedActionsOnly: true,
  });
  assertEquals(
    waiting.map(({ action }) => action?.id?.run?.name),
    [RUNS.approval.name],
  );
  const { status, attempts, spec } = await actionOf(ACTIONS.approval);
  assertEquals(status?.phase, ActionPhase.PAUSED);
  assertEquals(attempts, []);
  assertEquals(spec.case, "condition");
});

Deno.test("seed() aborts with a reason and leaves what was done", async () => {
  const world = await seededWorld();
  const { result } = await detailsOf(RUNS.aborted);
  assertMatch(
    result.case === "abortInfo" ? result.value.reason : "",
    /wrong dataset/,
  );
  const actions = await listActions(world, RUNS.aborted);
  const phases = actions.map(({ status }) => status?.phase).toSorted();
  const { ABORTED, SUCCEEDED } = ActionPhase;
  assertEquals(phases, [SUCCEEDED, ABORTED, ABORTED, ABORTED]);
});

Deno.test("seed() starts the scheduled run by its trigger", async () => {
  const { metadata } = await detailsOf(RUNS.scheduled);
  assertEquals(metadata?.source, RunSource.SCHEDULE_TRIGGER);
  assertEquals(metadata?.triggerName, SEEDED.trigger.name);
  assertEquals(metadata?.executedBy, undefined);
});

Deno.test("seed() lets different people start runs", async () => {
  const people = new Set<string | undefined>();
  for (const run of EVERY_RUN) {
    const principal = (await detailsOf(run)).metadata?.executedBy?.principal;
    if (principal?.case === "user") people.add(principal.value.spec?.email);
  }
  assertEquals(people.size, 3);
});

Deno.test("seed() gives a task a history of successes", async () => {
  const { runs } = await seededWorld();
  const { runs: found } = await runs.listRuns({
    scopeBy: {
      case: "projectId",
      value: { name: "flytesnacks", domain: "development" },
    },
    request: {
      limit: 100,
      filters: [
        {
          function: Filter_Function.EQUAL,
          field: "task_name",
          values: ["training.train_model"],
        },
        { function: Filter_Function.EQUAL, field: "phase", values: ["5"] },
      ],
    },
  });
  assert(found.length > SEEDED.history.length);
});

Deno.test("seed() has one run name in two projects", async () => {
  const [first, second] = await Promise.all(SEEDED.twins.map(detailsOf));
  assertEquals(first?.id?.run?.name, second?.id?.run?.name);
  assert(first?.id?.run?.project !== second?.id?.run?.project);
});

Deno.test("seed() leaves every run with a tree that can be watched", async () => {
  const world = await seededWorld();
  for (const run of EVERY_RUN) {
    const actions = await listActions(world, run);
    const stop = new AbortController();
    const stream = world.runs.watchActions(
      { runId: { ...run } },
      { signal: stop.signal },
    )[Symbol.asyncIterator]();
    const { value } = await stream.next();
    assertEquals(value?.enrichedActions.length, actions.length);
    stop.abort();
    await stream.next().catch(() => {});
  }
});

Deno.test("seed() leaves inputs for every run and outputs where it succeeded", async () => {
  const { data } = await seededWorld();
  for (const run of EVERY_RUN) {
    const actionId = identifierOf({ run, name: "a0" });
    const { inputs, outputs } = await data.getActionData({ actionId });
    assert(inputs && inputs.literals.length > 0, run.name);
    const succeeded = (await detailsOf(run)).status?.phase ===
      ActionPhase.SUCCEEDED;
    assertEquals(outputs && outputs.literals.length > 0, succeeded, run.name);
  }
});
