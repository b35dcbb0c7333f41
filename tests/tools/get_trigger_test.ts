import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { HOSTILE, SEEDED } from "../../sandbox/seed/mod.ts";
import { openTestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { assertFenced, openHostile, openTroubles } from "./scenes.ts";

const TOOL = "get_trigger";
const PRODUCTION = { project: "ml-prod", domain: "production" };
const STAGING = { project: "data-platform", domain: "staging" };

Deno.test("get_trigger tells what starts it, when next, and what it started", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call(TOOL, {
    trigger: "nightly",
    ...PRODUCTION,
  });
  assertEquals([data.task, data.active], ["forecast.daily", true]);
  const { next_times: next, ...automation } = data.automation;
  assertEquals(automation, {
    kind: "cron",
    expression: "0 3 * * *",
    timezone: "Europe/Berlin",
    time_input: null,
  });
  assertEquals(next.length, 3);
  for (const time of next) {
    assertMatch(time, /T0[12]:00:00Z$/);
    assert(Date.parse(time) > Date.parse(data.now));
  }
  assertMatch(data.description, /^<<data-\w+ Forecast every night\. /);
  // It was deployed with each of two versions.
  assertEquals([data.revision, data.note], [2, null]);
  const [run] = data.last_runs;
  assertEquals(data.last_runs.length, 1);
  assertEquals(run.name, SEEDED.runs.scheduled.name);
  assertEquals([run.phase, run.duration], ["succeeded", "27s"]);
  assertEquals(
    data.url,
    `${bed.endpoint}/v2/domain/production/project/ml-prod/triggers/forecast.daily/nightly`,
  );
  assertMatch(
    text,
    /^Trigger nightly of forecast\.daily is active: started by cron 0 3 \* \* \* Europe\/Berlin, next at \S+Z; its last run forecast-nightly: succeeded\.\n/,
  );
});

Deno.test("get_trigger of a rate has inputs and settings of its runs, and no times", async () => {
  await using bed = await openSeeded();
  const { name, taskName } = SEEDED.triggers.quarterHourly;
  const { data, text } = await bed.call(TOOL, {
    trigger: name,
    task: taskName,
    ...STAGING,
  });
  assertMatch(text, /is active: started every 15 minutes from 2026-/);
  assertEquals(data.automation, {
    kind: "fixed_rate",
    every: "15 minutes",
    starts_at: "2026-01-05T08:00:00Z",
    next_times: null,
    time_input: "day",
  });
  assertEquals(data.starts, "every 15 minutes from 2026-01-05T08:00:00Z");
  assertEquals(data.inputs, { day: "today" });
  const { labels, ...settings } = data.run_settings;
  assertEquals(settings, {
    env: ["BATCH_SIZE"],
    interruptible: true,
    overwrites_cache: true,
    queue: "nightly",
  });
  assertMatch(data.note, /^When a rate is due next depends on .* null\.$/);
  assertMatch(labels.team, /^<<data-\w+ data \w+-data>>$/);
  assertEquals([data.last_runs, data.last_started_at], [[], null]);
});

Deno.test("get_trigger of an artifact says that nothing starts it here", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call(TOOL, {
    trigger: SEEDED.triggers.onNewOrders.name,
    ...STAGING,
  });
  assertEquals(data.automation, {
    kind: "artifact",
    artifact: "orders_export",
    version: null,
    input: "day",
    partitions: ["region"],
  });
  assertMatch(data.note, /stores artifact triggers and starts nothing/);
  assertEquals([data.inputs, data.run_settings], [{}, null]);
});

Deno.test("get_trigger of one that is switched off has no next times", async () => {
  await using bed = await openTroubles();
  const { data, text } = await bed.call(TOOL, { trigger: "hourly" });
  assertEquals([data.active, data.automation.next_times], [false, null]);
  assertEquals(data.automation.timezone, "UTC");
  assertMatch(text, /is switched off: started by cron @hourly UTC\.\n/);
});

Deno.test("get_trigger takes a pasted URL, whatever is configured", async () => {
  await using bed = await openSeeded({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const { data, text } = await bed.call(TOOL, {
    trigger:
      `${bed.endpoint}/v2/domain/production/project/ml-prod/triggers/forecast.daily/nightly`,
  });
  assertEquals(data.scope, { ...PRODUCTION, source: "url" }, text);
  assertEquals(data.trigger, "nightly");
});

Deno.test("get_trigger refuses the URL of something else, and of another Flyte", async () => {
  await using bed = await openSeeded();
  const path = "/v2/domain/production/project/ml-prod";
  for (
    const [trigger, code] of [
      [`${bed.endpoint}${path}/runs/r1`, "invalid_argument"],
      [
        `https://elsewhere.example.com${path}/triggers/e.f/t`,
        "different_endpoint",
      ],
    ]
  ) {
    const { data } = await bed.call(TOOL, { trigger });
    assertEquals(data.error.code, code);
  }
});

Deno.test("get_trigger of a name that two tasks have asks which one", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const triggers = createClient(
    TriggerService,
    bed.sandbox.plane.transport,
  );
  for (const taskName of ["etl.load", "etl.clean"]) {
    await triggers.deployTrigger({
      name: {
        ...{ project: "flytesnacks", domain: "development" },
        ...{ taskName, name: "daily" },
      },
      spec: { active: true, taskVersion: "v3" },
    });
  }
  const { data } = await bed.call(TOOL, { trigger: "daily" });
  assertEquals(data.error.code, "ambiguous");
  assertMatch(data.error.next_step, /by task: etl\.clean, etl\.load\.$/);
  const found = await bed.call(TOOL, { trigger: "daily", task: "load" });
  assertEquals(found.data.task, "etl.load");
  assertEquals(found.data.task_version, "v3");
  assertEquals(found.data.automation, { kind: "none" });
  assertMatch(found.text, /is active: started by nothing\.\n/);
});

Deno.test("get_trigger of an unknown name tells what there is", async () => {
  await using bed = await openTroubles();
  const near = await bed.call(TOOL, { trigger: "week" });
  assertEquals(near.data.error.code, "not_found");
  assertEquals(
    near.data.error.next_step,
    "Triggers there: weekdays of reports.daily.",
  );
  const task = await bed.call(TOOL, { trigger: "never", task: "daily" });
  assertEquals(
    task.data.error.next_step,
    "Triggers there: twice-a-day of reports.daily, weekdays of reports.daily.",
  );
  const none = await bed.call(TOOL, { trigger: "never" });
  assertMatch(
    none.data.error.next_step,
    /^list_triggers \{"project":"troubles"/,
  );
  const wrong = await bed.call(TOOL, {
    trigger: "weekdays",
    task: "crawl.crawl_sites",
  });
  assertEquals(wrong.data.error.code, "not_found");
});

Deno.test("get_trigger of a URL that names a task alone tells its triggers", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call(TOOL, {
    trigger:
      `${bed.endpoint}/v2/domain/production/project/ml-prod/triggers/forecast.daily`,
  });
  assertEquals(
    [data.error.message, data.error.next_step],
    [
      'That URL names no trigger of the task "forecast.daily".',
      "Triggers there: nightly of forecast.daily.",
    ],
  );
});

Deno.test("get_trigger without a project says how to get one", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call(TOOL, { trigger: "nightly" });
  assertEquals(data.error.code, "scope_missing");
});

Deno.test("get_trigger on a Flyte that lists no runs tells the rest", async () => {
  await using bed = await openTestBed({
    sandbox: {
      auth: "open",
      without: ["/flyteidl2.workflow.RunService/ListRuns"],
    },
  });
  const { data, text } = await bed.call(TOOL, {
    trigger: "nightly",
    ...PRODUCTION,
  });
  assertEquals(data.status, "ok", text);
  assertEquals(data.last_runs, null);
  assertMatch(data.note, /^Not read: last runs: /);
});

Deno.test("get_trigger fences what the hostile trigger says", async () => {
  await using bed = await openHostile();
  const answer = await bed.call(TOOL, { trigger: HOSTILE.trigger.name });
  assertEquals(answer.data.status, "ok", answer.text);
  assertFenced(answer, [
    /^\.(trigger|task|task_version|url)$/,
    /^\.last_runs\.\d+\.(task|version|by)$/,
  ]);
  const { markOf } = HOSTILE;
  assert(answer.data.description.includes(markOf("trigger description")));
});
