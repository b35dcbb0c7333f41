import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { fromTimestamp } from "../../../sandbox/plane/clock.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import type { RunKey } from "../../../sandbox/plane/workflow/actions.ts";
import { TROUBLES } from "../../../sandbox/seed/mod.ts";
import type { Difference } from "../../../sandbox/seed/troubles/troubles.ts";
import { START_MS, type World } from "../plane/world.ts";
import { detailsOf, errorOf, rootOf, seededWorld } from "./seeded_world.ts";

type Name = keyof typeof TROUBLES;

const { ABORTED, FAILED, QUEUED, RUNNING, SUCCEEDED, TIMED_OUT } = ActionPhase;

/** One seeded plane for all tests: they only read. */
let seeded: Promise<World> | undefined;

function troubles(): Promise<World> {
  return seeded ??= seededWorld({ everyday: false, troubles: true });
}

Deno.test.afterAll(async () => await (await seeded)?.[Symbol.asyncDispose]());

const PHASES: Record<Name, ActionPhase> = {
  userException: FAILED,
  podGone: FAILED,
  tracebackInMessage: FAILED,
  outOfMemory: FAILED,
  imagePull: FAILED,
  badConfig: FAILED,
  runAsRoot: FAILED,
  missingSecret: FAILED,
  missingOutputs: FAILED,
  evicted: FAILED,
  unschedulable: QUEUED,
  quota: FAILED,
  preempted: RUNNING,
  timedOut: TIMED_OUT,
  overdue: RUNNING,
  waitsForCache: QUEUED,
  cacheNotWritten: SUCCEEDED,
  wrongType: RUNNING,
  missingInput: FAILED,
  upstream: FAILED,
  aborted: ABORTED,
  childAborted: FAILED,
  crashLoop: RUNNING,
  silentCrashLoop: RUNNING,
  neverEnqueued: QUEUED,
  unanswered: FAILED,
  questions: RUNNING,
  nodeGone: RUNNING,
};

// Built from the troubles, so its keys are their names.
const NAMES = Object.keys(TROUBLES) as Name[];

for (const name of NAMES) {
  const trouble = TROUBLES[name];
  Deno.test(`troubles: ${name} has its phase, an error where it failed, and went well before`, async () => {
    const world = await troubles();
    const run = await detailsOf(world, rootOf(trouble.run));
    assertEquals(run.status?.phase, PHASES[name]);
    assertEquals(errorOf(run) !== "", run.status?.phase === FAILED);
    const before = await detailsOf(world, rootOf(trouble.lastSuccess));
    assertEquals(before.status?.phase, SUCCEEDED);
    const id = (details: typeof run) =>
      details.metadata?.spec.case === "task"
        ? details.metadata.spec.value.id?.name
        : undefined;
    assertEquals(id(before), id(run));
    const [first, then] = [before, run].map(({ status }) =>
      status?.startTime ? fromTimestamp(status.startTime) : NaN
    );
    assert((first ?? NaN) < (then ?? NaN));
    assert((then ?? NaN) < START_MS * 1_000);
    const end = before.status?.endTime;
    assert(end && fromTimestamp(end) < (then ?? NaN));
    assert(await detailsOf(world, trouble.cause));
  });
}

/** What a run was made of, by what may differ. */
async function madeOf(
  world: World,
  run: RunKey,
): Promise<Record<Difference, string>> {
  const { details } = await world.runs.getRunDetails({ runId: { ...run } });
  const spec = details?.action?.spec;
  assert(spec?.case === "task");
  const template = spec.value.taskTemplate;
  assert(template?.target.case === "container");
  const container = template.target.value;
  const { inputs } = await world.data.getActionData({
    actionId: identifierOf(rootOf(run)),
  });
  const text = (value: unknown) =>
    JSON.stringify(
      value,
      (_, one) => typeof one === "bigint" ? String(one) : one,
    ) ?? "";
  return {
    version: template.id?.version ?? "",
    image: container.image,
    inputs: text(inputs),
    env: text([container.env, details?.runSpec?.envs]),
    resources: text(container.resources),
    secrets: text(template.securityContext?.secrets ?? []),
  };
}

for (const name of NAMES) {
  const { run, lastSuccess, changed } = TROUBLES[name];
  Deno.test(`troubles: ${name} differs from its last success by ${changed.join(", ") || "nothing"}`, async () => {
    const world = await troubles();
    const [then, now] = await Promise.all(
      [lastSuccess, run].map((one) => madeOf(world, one)),
    );
    // Built from what was read of both, so its keys are differences.
    const all = Object.keys(now ?? {}) as Difference[];
    assertEquals(all.filter((one) => then?.[one] !== now?.[one]), changed);
  });
}

const ERRORS: [Name, RegExp][] = [
  ["userException", /^'amount'$/],
  [
    "outOfMemory",
    /^Pod failed\. No message .*\r\n\[.*\] terminated with exit code \(137\)\. Reason \[OOMKilled\]/,
  ],
  [
    "imagePull",
    /^Grace period \[3m0s\] exceeded\|\|Back-off pulling image ".*": ErrImagePull: /,
  ],
  ["badConfig", /^Grace period \[0s\] exceeded\|\|secret ".*" not found$/],
  [
    "missingSecret",
    /^admission webhook ".*" denied the request: none of the secret managers injected secret/,
  ],
  [
    "missingOutputs",
    /^plugin "pod" failed with system error 4 times: failed to read data from dataDir \[.*outputs\.pb\]/,
  ],
  ["evicted", /^The node was low on resource: ephemeral-storage/],
  ["quota", /^pods ".*" is forbidden: exceeded quota: /],
  ["tracebackInMessage", /^Traceback \(most recent call last\):\n/],
  ["missingInput", /missing 1 required positional argument: 'day'$/],
];

for (const [name, message] of ERRORS) {
  Deno.test(`troubles: ${name} says what Kubernetes, Python or Flyte says`, async () => {
    const details = await detailsOf(await troubles(), TROUBLES[name].cause);
    assertMatch(errorOf(details), message);
  });
}
