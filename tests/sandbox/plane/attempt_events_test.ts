/**
 * What the seed tells of attempts, held to what a real cluster was recorded
 * telling: the same but for names and times.
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { toJson } from "@bufbuild/protobuf";
import { ActionDetailsSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import type { ActionKey } from "../../../sandbox/plane/workflow/actions.ts";
import { seed, SEEDED, TROUBLES } from "../../../sandbox/seed/mod.ts";
import { TROUBLES_PLACE } from "../../../sandbox/seed/troubles/troubles.ts";
import { readRecorded } from "./replay/recorded.ts";
import { createWorld, START_MS } from "./world.ts";

/** An attempt as JSON. */
type Json = Record<string, unknown>;

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const SHARD = /mem:\/\/flyte-data\/\w\w\//g;

/** The attempts of the last details recorded in a case, or of the last in a phase. */
function recordedAttempts(name: string, phase = ""): Json[] {
  const texts = readRecorded("kubernetes")
    .filter((exchange) => exchange.case === name)
    .flatMap(({ response }) => [
      response?.json,
      ...(response?.stream ?? []).map(({ message }) => message),
    ])
    .map((json) => JSON.stringify(json) ?? "");
  const found = texts.map((text) => masked(attemptsIn(text), text))
    .filter((attempts) => `${attempts.at(-1)?.["phase"]}`.endsWith(phase));
  return found.findLast((attempts) => attempts.length > 0) ?? [];
}

function attemptsIn(text: string): Json[] {
  const { details }: Answer = JSON.parse(text === "" ? "{}" : text) ?? {};
  return (details?.action ?? details)?.attempts ?? [];
}

interface Answer {
  readonly details?: {
    readonly attempts?: Json[];
    readonly action?: { readonly attempts?: Json[] };
  };
}

/** Attempts without what is named differently everywhere. */
function masked(attempts: readonly Json[], text: string): Json[] {
  const run = /"run":\{[^}]*"name":"([^"]+)"/.exec(text)?.[1] ?? "";
  const action = /"id":\{"run":\{[^}]*\},"name":"([^"]+)"/.exec(text)?.[1] ??
    "";
  const plain = JSON.stringify(attempts)
    .replaceAll(`${run}-${action}-`, "POD-")
    .replaceAll(`/${run}/${action}/`, "/RUN/ACTION/")
    .replaceAll(/ghcr\.io\/example\/[\w.:-]+/g, "IMAGE")
    .replaceAll(/fake-node|node-1/g, "NODE")
    .replaceAll(/"cluster":"[^"]+"/g, '"cluster":"CLUSTER"')
    .replaceAll(
      /0\/\d nodes are available: \d Insufficient [\w./]+/g,
      "NO NODE",
    )
    .replaceAll(/0\/\d nodes are available: \d No pre/g, "No pre")
    .replaceAll("/troubles/development/", "/flytesnacks/development/")
    .replaceAll("Grace period [20s]", "Grace period [3m0s]")
    // Not every recorded task was cached.
    .replaceAll('"cacheStatus":"CACHE_POPULATED",', "")
    .replaceAll(SHARD, "mem://flyte-data/xx/")
    .replaceAll(TIME, "TIME");
  return JSON.parse(plain);
}

/** The attempts of a seeded action, masked in the same way. */
async function seededAttempts(id: ActionKey): Promise<Json[]> {
  await using world = createWorld();
  const troubles = id.run.project === TROUBLES_PLACE.project;
  await seed({ ...world.plane, ...world.cluster }, START_MS, {
    everyday: !troubles,
    troubles,
  });
  const { details } = await world.runs.getActionDetails({
    actionId: identifierOf(id),
  });
  const json = details ? toJson(ActionDetailsSchema, details) : {};
  const text = JSON.stringify({ details: json });
  return masked(attemptsIn(text), text);
}

const { runs: RUNS } = SEEDED;

const CASES: [string, ActionKey, string, string?][] = [
  [
    "runs out of memory",
    { run: RUNS.outOfMemory, name: "a0" },
    "OOMKilled 137 (at end: ACTION_PHASE_FAILED)",
  ],
  [
    "has no node",
    { run: RUNS.queued, name: "a0" },
    "unschedulable (at end: ACTION_PHASE_QUEUED)",
  ],
  [
    "cannot pull its image",
    { run: RUNS.imagePull, name: "a0" },
    "image pull backoff",
    "INITIALIZING",
  ],
  [
    "is aborted",
    { run: RUNS.aborted, name: "a0" },
    "AbortRun on RUNNING: details after 8s",
  ],
  ["is taken from the cache", SEEDED.actions.cachedShard, "final cacheda2"],
  [
    "crashes again and again",
    { run: RUNS.crashLoop, name: "a0" },
    "exit code 1 (at end: ACTION_PHASE_RUNNING)",
  ],
  [
    "gives up pulling its image",
    TROUBLES.imagePull.cause,
    "image pull backoff (at end: ACTION_PHASE_FAILED)",
  ],
  [
    "leaves no outputs",
    TROUBLES.missingOutputs.cause,
    "success without outputs.pb (at end: ACTION_PHASE_FAILED)",
  ],
  ["is retried and succeeds", SEEDED.actions.retriedShard, "final flaky2"],
];

for (const [what, id, name, phase] of CASES) {
  Deno.test(`seed() tells of an attempt that ${what} as a real cluster does`, async () => {
    const recorded = recordedAttempts(name, phase);
    assertNotEquals(recorded, []);
    assertEquals(await seededAttempts(id), recorded);
  });
}

Deno.test("seed() tells of attempts that raise as a real cluster does", async () => {
  const seeded = await seededAttempts(SEEDED.actions.failedShard);
  const recorded = recordedAttempts(
    "SDK run whose child raises (retries=1): the child",
  );
  assertEquals([seeded.length, recorded.length], [3, 2]);
  const [first, , third] = seeded.map(unnumbered);
  assertEquals([first, third], recorded.map(unnumbered));
});

/** An attempt without its number and the text of its error. */
function unnumbered(attempt: Json): Json {
  const text = JSON.stringify({ ...attempt, attempt: 0 })
    .replaceAll(/POD-\d/g, "POD")
    .replaceAll(/ACTION\/\d/g, "ACTION")
    .replaceAll(/"message":"[^"]*","kind"/g, '"message":"ERROR","kind"');
  return JSON.parse(text);
}
