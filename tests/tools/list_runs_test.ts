import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { PHASES } from "../../src/client/phases.ts";
import { type Called, connectServer } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantingIn, plantRun, runKey } from "./planting.ts";

const SNACKS = { project: "flytesnacks" };
const PROD = { project: "ml-prod", domain: "production" };

interface Row {
  readonly name: string;
  readonly phase: string;
  readonly started_at: string;
}

function namesOf({ data, text }: Called): string[] {
  assertEquals(data.status, "ok", text);
  return data.runs.map(({ name }: Row) => name);
}

function rowOf({ data }: Called, name: string) {
  const found = data.runs.find((row: Row) => row.name === name);
  assert(found, `${name} is not listed`);
  return found;
}

Deno.test("list_runs shows the seeded runs of a project and domain, newest first", async () => {
  await using bed = await openSeeded();
  const answer = await bed.call("list_runs", SNACKS);
  assertEquals(namesOf(answer), [
    "train-missing-image",
    "train-in-progress",
    "train-needs-gpu",
    "train-import-error",
    "train-bad-row",
    "train-fan-out",
    "train-wrong-dataset",
    "train-out-of-memory",
    ...SEEDED.history.map(({ name }) => name),
    "train-weekly",
  ]);
  const times = answer.data.runs.map((row: Row) => row.started_at);
  assertEquals(times, times.toSorted().toReversed());
  assertEquals(answer.data.scope, {
    ...SNACKS,
    domain: "development",
    source: "argument",
  });
  assertEquals(answer.data.next_cursor, null);
  assertEquals(answer.data.empty_because, null);
  assert(Math.abs(Date.parse(answer.data.now) - Date.now()) < 60_000);
  assertMatch(
    answer.text,
    /^15 runs of flytesnacks\/development, newest first/,
  );
});

Deno.test("list_runs tells of each run what it is, when it ran and who started it", async () => {
  await using bed = await openSeeded();
  const answer = await bed.call("list_runs", PROD);
  const { started_at: started, ended_at: ended, ...done } = rowOf(
    answer,
    "forecast-backfill",
  );
  assertEquals(done, {
    name: "forecast-backfill",
    phase: "timed_out",
    task: "forecast.daily",
    version: "v2",
    duration: "10m0s",
    by: "mary@example.com",
  });
  const seconds = (Date.parse(ended) - Date.parse(started)) / 1000;
  assert(seconds > 599 && seconds < 602, `${seconds}`);
  const approval = rowOf(answer, "release-approval");
  assertEquals(approval.phase, "running");
  assertEquals([approval.ended_at, approval.duration], [null, null]);
  assertEquals(rowOf(answer, "forecast-nightly").by, null);
});

for (
  const [phases, names] of [
    [["failed"], ["train-bad-row", "train-out-of-memory"]],
    [["queued"], ["train-needs-gpu"]],
    [["failed", "failed"], ["train-bad-row", "train-out-of-memory"]],
    [["running", "initializing"], [
      "train-missing-image",
      "train-in-progress",
      "train-import-error",
    ]],
    [["failed", "aborted", "timed_out"], [
      "train-bad-row",
      "train-wrong-dataset",
      "train-out-of-memory",
    ]],
    [["recovered"], []],
  ] as const
) {
  Deno.test(`list_runs shows the runs that are ${phases.join(" or ")}`, async () => {
    await using bed = await openSeeded();
    const answer = await bed.call("list_runs", { ...SNACKS, phases });
    assertEquals(namesOf(answer), [...names]);
  });
}

Deno.test("list_runs takes no phase for any phase, and every phase there is", async () => {
  await using bed = await openSeeded();
  const [none, all] = [
    await bed.call("list_runs", { ...SNACKS, phases: [] }),
    await bed.call("list_runs", { ...SNACKS, phases: PHASES }),
  ];
  assertEquals(namesOf(none).length, 15);
  assertEquals(namesOf(all), namesOf(none));
});

/** Seeded runs of development by their age, in hours. */
const YOUNGER_THAN: Record<string, number> = {
  "30m": 3,
  "1h": 4,
  "2 h": 5,
  "24h": 8,
  "24H": 8,
  "3600s": 4,
  "2d": 9,
  "1w": 14,
  "999999w": 15,
};

for (const [since, count] of Object.entries(YOUNGER_THAN)) {
  Deno.test(`list_runs shows the runs since ${since}`, async () => {
    await using bed = await openSeeded();
    const answer = await bed.call("list_runs", { ...SNACKS, since });
    assertEquals(namesOf(answer).length, count);
  });
}

Deno.test("list_runs counts an age from the server's own time", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", { ...SNACKS, since: "1h" });
  const oldest = data.runs.at(-1);
  assert(Date.parse(data.now) - Date.parse(oldest.started_at) < 3_600_000);
});

for (
  const write of [
    (time: string) => time,
    (time: string) => time.replace(/\.\d+Z$/, "Z"),
    (time: string) => time.replace("Z", "+00:00"),
    (time: string) => time.replace("T", " "),
    (time: string) => time.toLowerCase(),
    (time: string) => ` ${time} `,
    (time: string) => {
      const local = new Date(Date.parse(time) - 5.5 * 3_600_000);
      return local.toISOString().replace("Z", "-05:30");
    },
  ]
) {
  const example = write("2026-11-01T10:00:00.123Z");
  Deno.test(`list_runs takes a time such as "${example}"`, async () => {
    await using bed = await openSeeded();
    const time = new Date(Date.now() - 6 * 3_600_000).toISOString();
    const since = write(time);
    const answer = await bed.call("list_runs", { ...SNACKS, since });
    assertEquals(namesOf(answer).length, 8, since);
  });
}

Deno.test("list_runs takes a date as midnight in UTC", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const createdAt = Date.parse("2026-01-31T00:00:00Z");
  await plantRun(planting, runKey("before"), { createdAt: createdAt - 1 });
  await plantRun(planting, runKey("after"), { createdAt });
  const answer = await bed.call("list_runs", {
    ...SNACKS,
    since: "2026-01-31",
  });
  assertEquals(namesOf(answer), ["after"]);
});

for (
  const since of [
    "yesterday",
    "",
    "24",
    "h",
    "-24h",
    "1.5h",
    "24h ago",
    "2026-13-01",
    "2026-11-01T10:00:00",
    "2026-11-01T10:00",
    "1767225600",
    "now'; DROP TABLE",
  ]
) {
  Deno.test(`list_runs refuses since "${since}"`, async () => {
    await using bed = await openSeeded();
    const { data, isError } = await bed.call("list_runs", { ...SNACKS, since });
    assertEquals(isError, true);
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(data.error.next_step, /24h.*2026-11-01T10:00:00Z/);
  });
}

for (
  const [task, names] of [
    ["training.fine_tune", ["train-needs-gpu"]],
    ["fine_tune", ["train-needs-gpu"]],
    ["training.FINE_TUNE", []],
    ["tuning", []],
    ["training.", []],
  ] as const
) {
  Deno.test(`list_runs shows the runs of task "${task}"`, async () => {
    await using bed = await openSeeded();
    const answer = await bed.call("list_runs", { ...SNACKS, task });
    assertEquals(namesOf(answer), [...names]);
  });
}

Deno.test("list_runs finds a task whose whole name has no dot", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  await plantRun(planting, runKey("bare"), { task: "greeting" });
  const answer = await bed.call("list_runs", { ...SNACKS, task: "greeting" });
  assertEquals(namesOf(answer), ["bare"]);
});

Deno.test("list_runs joins its filters", async () => {
  await using bed = await openSeeded();
  const answer = await bed.call("list_runs", {
    ...SNACKS,
    phases: ["failed", "succeeded"],
    since: "4h",
    task: "train_model",
  });
  assertEquals(namesOf(answer), ["train-bad-row", "train-fan-out"]);
});

Deno.test("list_runs gives 20 a page unless told otherwise", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  for (let at = 0; at < 21; at++) await plantRun(planting, runKey(`r-${at}`));
  const first = await bed.call("list_runs", SNACKS);
  assertEquals(namesOf(first).length, 20);
  assertMatch(first.text, /^20 runs of .*; next_cursor has more\.\n/);
  const one = await bed.call("list_runs", { ...SNACKS, limit: 1 });
  assertEquals(namesOf(one), ["r-20"]);
  assertMatch(one.text, /^1 run of /);
  const all = await bed.call("list_runs", { ...SNACKS, limit: 21 });
  assertEquals(all.data.next_cursor, null);
});

Deno.test("list_runs without a project says how to give one", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("list_runs", { domain: "production" });
  assertEquals(data.error.code, "scope_missing");
  assertEquals(data.error.fix_by, "agent");
  assertMatch(text, /list_projects.*FLYTE_PROJECT/);
});

Deno.test("list_runs uses the configured scope, and arguments over it", async () => {
  await using seeded = await openSeeded();
  await using server = await connectServer(seeded.endpoint, {
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_DOMAIN: "production" },
  });
  const configured = await server.call("list_runs");
  assertEquals(configured.data.scope, { ...PROD, source: "FLYTE_PROJECT" });
  assertEquals(namesOf(configured).length, 4);
  const other = await server.call("list_runs", {
    ...SNACKS,
    domain: "development",
  });
  assertEquals(other.data.scope.source, "argument");
  assertEquals(namesOf(other).length, 15);
});

for (
  const [args, because] of [
    [{ project: "no-such" }, /no runs at all; list_projects/],
    [{ ...SNACKS, domain: "production" }, /no runs at all; list_projects/],
    [{ ...SNACKS, phases: ["paused"] }, /^no run passes the filter phases$/],
    [{ ...SNACKS, since: "1s" }, /^no run passes the filter since$/],
    [{ ...SNACKS, task: "nope" }, /^no run passes the filter task$/],
    [
      { ...SNACKS, task: "fine_tune", phases: ["failed"] },
      /^there are runs without the filter phases, or without the filter task$/,
    ],
    [
      { ...SNACKS, task: "nope", phases: ["failed"] },
      /^there are runs without the filter task$/,
    ],
    [
      { ...SNACKS, task: "nope", phases: ["paused"], since: "1s" },
      /^no run passes the filter phases and the filter since and the filter task$/,
    ],
    [
      { project: "no-such", task: "nope", phases: ["paused"] },
      /no runs at all/,
    ],
  ] as const
) {
  Deno.test(`list_runs says why there is nothing for ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded();
    const { data, text, isError } = await bed.call("list_runs", args);
    assertEquals(isError, false);
    assertEquals(data.runs, []);
    assertMatch(data.empty_because, because);
    assertMatch(text, /^No runs in /);
    assertEquals(data.scope.project, args.project);
  });
}

Deno.test("list_runs shows a phase of a later Flyte by its number", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  // The enum is open: a newer server knows phases that this one does not.
  const phase = 42 as ActionPhase;
  await plantRun(planting, runKey("new"), { phase });
  const { data } = await bed.call("list_runs", SNACKS);
  assertEquals(data.runs[0].phase, "unknown_42");
});
