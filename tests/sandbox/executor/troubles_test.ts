import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Script } from "../../../sandbox/executor/script.ts";
import type { AttemptStory, Ending } from "../../../sandbox/seed/story.ts";
import {
  fineTune,
  loadOrders,
  trainModel,
} from "../../../sandbox/seed/tasks/training.ts";
import type { Pod } from "../../../sandbox/plane/kubernetes/pods.ts";
import type { SdkTask } from "../../../sandbox/seed/tasks/sdk_task.ts";
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
  watch,
} from "./bed.ts";

const { ABORTED, FAILED, INITIALIZING, QUEUED, RUNNING } = ActionPhase;
const LONG = 600_000;

function errorOf({ result }: ActionDetails): string {
  return result.case === "errorInfo" ? result.value.message : "";
}

/** A script in which the root goes through these attempts. */
function attempts(...its: AttemptStory[]): Script {
  return ({ task, inputs }) => ({ task, inputs, attempts: its });
}

/** The details of the root once they are so; time has passed by then. */
async function reach(
  bed: Bed,
  holds: (details: ActionDetails) => boolean,
): Promise<ActionDetails> {
  await using seen = watch(bed);
  bed.clock.advance(LONG);
  const found = await seen.until(holds);
  assert(found);
  return found;
}

const OBSTACLES: [string, SdkTask, ActionPhase, RegExp][] = [
  [
    "a secret is missing",
    { ...loadOrders(PLACE, "v1"), secrets: { nope: "NOPE" } },
    FAILED,
    /^admission webhook .* denied the request: none of the secret managers injected secret/,
  ],
  [
    "an image is not in its registry",
    { ...trainModel(PLACE, "v4-rc1"), secrets: {} },
    FAILED,
    /^Grace period \[3m0s\] exceeded\|\|Back-off pulling image "ghcr/,
  ],
];

for (const [when, task, phase, message] of OBSTACLES) {
  Deno.test(`executor fails a run when ${when}`, async () => {
    await using bed = openBed();
    await launch(bed, { task });
    bed.clock.advance(LONG);
    const details = await over(bed);
    assertEquals(details.status?.phase, phase);
    assertMatch(errorOf(details), message);
    await assertRejects(() => logOf(bed), ConnectError, "no log context");
  });
}

Deno.test("executor takes a task with a secret that is there", async () => {
  await using bed = openBed();
  bed.cluster.secrets.create({
    project: "",
    domain: PLACE.domain,
    name: "nope",
    createdAt: 0,
  });
  const task = { ...loadOrders(PLACE, "v1"), secrets: { nope: "NOPE" } };
  await launch(bed, { task });
  bed.clock.advance(LONG);
  assertEquals((await over(bed)).status?.phase, ActionPhase.SUCCEEDED);
});

Deno.test("executor leaves a run queued when no node has what it asks for", async () => {
  await using bed = openBed();
  await launch(bed, { task: fineTune(PLACE, "v1") });
  const { status, attempts: [attempt] } = await reach(
    bed,
    (details) =>
      details.attempts[0]?.clusterEvents.some(({ message }) =>
        message.startsWith("Unschedulable:")
      ) ?? false,
  );
  assertEquals([status?.phase, attempt?.phase], [QUEUED, QUEUED]);
  assertMatch(
    attempt?.clusterEvents.at(-1)?.message ?? "",
    /Insufficient nvidia\.com\/gpu/,
  );
});

Deno.test("executor leaves earlier attempts running when it tries again", async () => {
  const restarted = { kind: "restarted" } as const;
  const error = { message: "third time unlucky" };
  await using bed = openBed(attempts(
    { at: 0.1, ending: restarted, log: [[3, "first"]] },
    { at: 5, ending: restarted, log: [[8, "second"]] },
    { at: 10, ending: { kind: "failed", at: 14, error }, log: [[13, "third"]] },
  ));
  await launch(bed);
  bed.clock.advance(LONG);
  const details = await over(bed);
  assertEquals(details.attempts.map(({ phase }) => phase), [
    RUNNING,
    RUNNING,
    FAILED,
  ]);
  assertEquals(
    details.attempts[1]?.clusterEvents[0]?.message,
    "restarting task",
  );
  assertEquals(details.status?.attempts, 3);
  assertEquals(errorOf(details), error.message);
  await assertRejects(
    () => logOf(bed, { attempt: 1 }),
    ConnectError,
    "r1-a0-0",
  );
  assert((await logOf(bed, { attempt: 3 })).includes("third"));
});

const STUCK: [string, Ending, ActionPhase][] = [
  ["pulls its image", { kind: "image pull", why: "no such tag" }, INITIALIZING],
  ["waits for a cache", { kind: "waiting for cache", owner: "x" }, QUEUED],
  ["runs on", { kind: "running" }, RUNNING],
];

for (const [what, ending, phase] of STUCK) {
  Deno.test(`executor leaves a run that ${what} as it is`, async () => {
    await using bed = openBed(attempts({ at: 0.1, ending }));
    await launch(bed);
    const { status } = await reach(
      bed,
      (details) =>
        isIn(phase)(details) && (details.attempts[0]?.phase ?? 0) >= phase,
    );
    assertEquals(status?.endTime, undefined);
  });
}

Deno.test("executor relaunches a crashing container until it is aborted", async () => {
  const ending: Ending = {
    kind: "crash loop",
    lastLaunch: 0,
    lines: ["ImportError: no"],
  };
  await using bed = openBed(attempts({ at: 0.1, ending }));
  await launch(bed);
  bed.clock.advance(3_000);
  await eventually(bed, ROOT, isIn(RUNNING));
  const launches = new Set<Pod>();
  await eventually(bed, ROOT, () => {
    const pod = bed.cluster.pods.get("flyte", "r1-a0-0");
    if (pod && !pod.running) launches.add(pod);
    return launches.size === 3;
  });
  const [, , third] = launches;
  assertEquals([...third?.lines() ?? []].at(-1)?.message, "ImportError: no");
  await using seen = watch(bed);
  await bed.runs.abortRun({ runId: { ...RUN }, reason: "enough" });
  bed.clock.advance(1_000);
  const aborted = await seen.until(({ attempts }) =>
    attempts.at(-1)?.phase === ABORTED
  );
  assertEquals(aborted?.status?.phase, ABORTED);
  bed.clock.advance(LONG);
  assertEquals(bed.cluster.pods.get("flyte", "r1-a0-0"), undefined);
});

Deno.test("executor stops a run that is aborted, and reports nothing more of it", async () => {
  await using bed = openBed();
  await launch(bed);
  await using seen = watch(bed);
  bed.clock.advance(2_500);
  assert(await seen.until(isIn(RUNNING)));
  await bed.runs.abortRun({ runId: { ...RUN }, reason: "enough" });
  bed.clock.advance(LONG);
  assert(
    await seen.until(({ attempts }) => attempts.at(-1)?.phase === ABORTED),
  );
  const details = await over(bed);
  assertEquals(details.status?.phase, ABORTED);
  assertEquals(
    details.attempts.at(-1)?.clusterEvents.at(-1)?.message,
    "aborted",
  );
  assertEquals(
    bed.cluster.pods.get("flyte", `${ROOT.run.name}-a0-0`),
    undefined,
  );
});
