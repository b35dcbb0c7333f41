/** What list_runs can be asked beyond phases and a time, and its counts. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { identifierOf } from "../../sandbox/plane/kubernetes/reports.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { type Called, openTestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { type Planting, plantingIn, plantRun, runKey } from "./planting.ts";

const SNACKS = { project: "flytesnacks" };
const PROD = { project: "ml-prod", domain: "production" };
const HOUR = 3_600_000;
const MARYS = ["forecast-backfill", "train-weekly"] as const;

function namesOf({ data, text }: Called): string[] {
  assertEquals(data.status, "ok", text);
  return data.runs.map(({ name }: { name: string }) => name);
}

for (
  const [args, names] of [
    [{ ...SNACKS, query: "NEEDS" }, ["train-needs-gpu"]],
    [{ ...SNACKS, version: "v4-rc1" }, ["train-missing-image"]],
    [{ ...SNACKS, version: "v4" }, []],
    [{ ...PROD, trigger: "nightly" }, ["forecast-nightly"]],
    [{ ...PROD, trigger: "night" }, []],
    [{ ...PROD, paused_only: true }, ["release-approval"]],
    [{ ...SNACKS, paused_only: true }, []],
    [{ ...PROD, started_by: "mary@example.com" }, MARYS],
    [{ ...PROD, started_by: "MARY@example.com" }, MARYS],
    [{ ...PROD, started_by: "nobody@example.com" }, []],
    [{ ...SNACKS, started_by: SEEDED.people.grace.subject, since: "2h" }, [
      "train-needs-gpu",
    ]],
  ] as const
) {
  Deno.test(`list_runs finds the runs of ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded();
    assertEquals(namesOf(await bed.call("list_runs", args)), [...names]);
  });
}

Deno.test("list_runs finds my runs, by whom the login is", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  const me = await bed.call("whoami");
  const { data, text } = await bed.call("list_runs", {
    ...SNACKS,
    started_by: "me",
    limit: 100,
  });
  assert(data.runs.length > 0, text);
  for (const { by } of data.runs) assertEquals(by, me.data.email);
  const all = await bed.call("list_runs", { ...SNACKS, limit: 100 });
  const own = all.data.runs.filter((run: { by: string }) =>
    run.by === me.data.email
  );
  assertEquals(data.runs, own);
});

Deno.test("list_runs that finds nobody's runs says who can be named", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", {
    ...SNACKS,
    started_by: "Ada",
  });
  assertEquals(
    data.empty_because,
    'no run passes the filter started_by (an email, a subject or "me")',
  );
});

Deno.test("list_runs says so when nobody knows who I am", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", { ...SNACKS, started_by: "me" });
  assertEquals(data.error.code, "invalid_argument");
  assertMatch(data.error.message, /does not say who this server acts as/);
});

/** A run that began and ended so many hours ago. */
async function plantSpan(
  planting: Planting,
  name: string,
  { began, ended, phase }: {
    began: number;
    ended: number | null;
    phase: ActionPhase;
  },
): Promise<void> {
  const run = runKey(name);
  const now = Date.now();
  // An end that has been told once stays.
  await plantRun(planting, run);
  await planting.internal.updateActionStatus({
    actionId: identifierOf({ run, name: "a0" }),
    status: {
      phase,
      attempts: 1,
      startTime: timestampFromMs(now - began * HOUR),
      ...(ended !== null && { endTime: timestampFromMs(now - ended * HOUR) }),
    },
  });
}

/** Runs whose order by beginning is not that by end. */
async function openSpans() {
  const bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  const { FAILED, SUCCEEDED, RUNNING } = ActionPhase;
  for (
    const [name, began, ended, phase] of [
      ["long-failed", 30, 1, FAILED],
      ["short-failed", 20, 19, FAILED],
      ["old-failed", 50, 49, FAILED],
      ["long-success", 40, 2, SUCCEEDED],
      ["still-running", 26, null, RUNNING],
      ["just-running", 0.5, null, RUNNING],
    ] as const
  ) await plantSpan(planting, name, { began, ended, phase });
  return bed;
}

for (
  const [args, field, names] of [
    [{ phases: ["failed"], since: "24h" }, "ended", [
      "long-failed",
      "short-failed",
    ]],
    [{ phases: ["failed"], since: "24h", time_field: "started" }, "started", [
      "short-failed",
    ]],
    [{ phases: ["failed", "running"], since: "24h" }, "started", [
      "just-running",
      "short-failed",
    ]],
    [{ since: "35h", until: "25h" }, "started", [
      "still-running",
      "long-failed",
    ]],
    [{ time_field: "ended", since: "3h" }, "ended", [
      "long-failed",
      "long-success",
    ]],
    [{ time_field: "ended", until: "10h" }, "ended", [
      "short-failed",
      "old-failed",
    ]],
    [{ longer_than: "10h" }, "started", ["still-running"]],
    [{ longer_than: "10h", phases: ["failed", "succeeded"] }, "ended", [
      "long-failed",
      "long-success",
    ]],
    [{ longer_than: "20m", phases: ["running"] }, "started", [
      "just-running",
      "still-running",
    ]],
    [{ longer_than: "30h", time_field: "ended" }, "ended", ["long-success"]],
  ] as const
) {
  Deno.test(`list_runs reads ${JSON.stringify(args)} by the time they ${field}`, async () => {
    await using bed = await openSpans();
    const answer = await bed.call("list_runs", { ...SNACKS, ...args });
    assertEquals(namesOf(answer), [...names]);
    assertEquals(answer.data.time_field, field);
  });
}

for (
  const [args, message] of [
    [{ time_field: "ended", phases: ["running"] }, /^time_field "ended"/],
    [{ longer_than: "1h", phases: ["running", "failed"] }, /^longer_than/],
    [{ longer_than: "yesterday" }, /"yesterday" is not a length of time/],
    [{ longer_than: "2026-01-01" }, /is not a length of time/],
    [{ since: "1h", until: "2h" }, /^since is not before until\. Pass/],
    [{ since: "2h", until: "2h" }, /^since is not before until/],
    [{ since: "2999-01-01" }, /^since is in the future: it is .* now\. Pass/],
    [{ until: "soon" }, /"soon" is neither an age nor a time/],
    [{ since: "2026-11-01T10:00:00" }, /time zone: Z or an offset is missing/],
  ] as const
) {
  Deno.test(`list_runs refuses ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("list_runs", { ...SNACKS, ...args });
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(`${data.error.message} ${data.error.next_step}`, message);
  });
}

Deno.test("list_runs pages through runs by when they ended", async () => {
  await using bed = await openSpans();
  const args = { ...SNACKS, time_field: "ended", limit: 2 };
  const first = await bed.call("list_runs", args);
  const planting = plantingIn(bed.sandbox.plane);
  const phase = ActionPhase.FAILED;
  await plantSpan(planting, "newer", { began: 60, ended: 0, phase });
  const second = await bed.call("list_runs", {
    ...args,
    cursor: first.data.next_cursor,
  });
  assertEquals([...namesOf(first), ...namesOf(second)], [
    "long-failed",
    "long-success",
    "short-failed",
    "old-failed",
  ]);
});

Deno.test("list_runs counts what is asked for by phase, on the first page", async () => {
  await using bed = await openSeeded();
  const first = await bed.call("list_runs", { ...SNACKS, limit: 2 });
  assertEquals(first.data.counts, {
    total: 15,
    by_phase: {
      queued: 1,
      initializing: 1,
      running: 2,
      succeeded: 8,
      failed: 2,
      aborted: 1,
    },
    complete: true,
  });
  assertMatch(first.text, /^2 runs of .*, newest first; 15 match; next_cursor/);
  const second = await bed.call("list_runs", {
    ...SNACKS,
    limit: 2,
    cursor: first.data.next_cursor,
  });
  assertEquals(second.data.counts, null);
});

Deno.test("list_runs counts the latest 200 of many runs, and goes on beyond them", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  for (let at = 0; at < 205; at++) await plantRun(planting, runKey(`r${at}`));
  const first = await bed.call("list_runs", { ...SNACKS, limit: 100 });
  assertEquals(first.data.counts, {
    total: 200,
    by_phase: { queued: 200 },
    complete: false,
  });
  assertMatch(first.text, /; at least 200 match; next_cursor has more\.\n/);
  const names = namesOf(first);
  let cursor: string | null = first.data.next_cursor;
  while (cursor) {
    const args = { ...SNACKS, limit: 100, cursor };
    const page = await bed.call("list_runs", args);
    names.push(...namesOf(page));
    cursor = page.data.next_cursor;
  }
  assertEquals(names.length, 205);
  assertEquals(new Set(names).size, 205);
});

Deno.test("list_runs names what was asked and not what it means when nothing is found", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", {
    ...SNACKS,
    longer_than: "99w",
    query: "train",
  });
  assertEquals(
    data.empty_because,
    "there are runs without the filter longer_than",
  );
});
