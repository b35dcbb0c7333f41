import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { TriggerAutomationSpecType } from "../../idl/flyteidl2/task/common_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { HOSTILE } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import type { TestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { assertFenced, openHostile, openTroubles } from "./scenes.ts";

const TOOL = "list_triggers";

/** Deploys a trigger of the task `e.f`, every hour. */
async function plantTrigger(
  { sandbox: { plane } }: TestBed,
  name: string,
  { task = "e.f", active = true } = {},
): Promise<void> {
  const triggers = createClient(TriggerService, plane.transport);
  const place = { project: "flytesnacks", domain: "development" };
  await triggers.deployTrigger({
    name: { ...place, taskName: task, name },
    spec: { active, taskVersion: "v1" },
    automationSpec: {
      type: TriggerAutomationSpecType.TYPE_SCHEDULE,
      automation: {
        case: "schedule",
        value: { expression: { case: "cronExpression", value: "@hourly" } },
      },
    },
  });
}

Deno.test("list_triggers shows what starts each, when next and whether it is on", async () => {
  await using bed = await openTroubles();
  const { data, text } = await bed.call(TOOL);
  const rows = data.triggers.map((one: Record<string, unknown>) => [
    one.task,
    one.name,
    one.active,
    one.starts,
    typeof one.next_at,
  ]);
  assertEquals(rows, [
    ["crawl.crawl_sites", "hourly", false, "cron @hourly UTC", "object"],
    ["reports.daily", "twice-a-day", true, "every 12 hours", "object"],
    [
      "reports.daily",
      "weekdays",
      true,
      "cron 30 5 * * 1-5 UTC",
      "string",
    ],
  ]);
  const next = new Date(data.triggers[2].next_at);
  assertEquals([next.getUTCHours(), next.getUTCMinutes()], [5, 30]);
  assert(next.getTime() > Date.parse(data.now));
  assertMatch(text, /^3 triggers of troubles\/development, 2 active\.\n/);
});

Deno.test("list_triggers narrows by task, by a part of the name and to active ones", async () => {
  await using bed = await openTroubles();
  const names = async (args: Record<string, unknown>) => {
    const { data } = await bed.call(TOOL, args);
    return data.triggers.map((one: { name: string }) => one.name);
  };
  assertEquals(await names({ task: "daily" }), [
    "twice-a-day",
    "weekdays",
  ]);
  assertEquals(await names({ task: "crawl.crawl_sites" }), ["hourly"]);
  assertEquals(await names({ query: "DAY" }), ["twice-a-day", "weekdays"]);
  assertEquals(await names({ active_only: true }), ["twice-a-day", "weekdays"]);
  assertEquals(await names({ task: "reports" }), []);
  // To Flyte these are wildcards.
  assertEquals(await names({ query: "w_ek" }), []);
  assertEquals(await names({ task: "d_ily" }), []);
});

Deno.test("list_triggers that finds none says what emptied it", async () => {
  await using bed = await openTroubles();
  const narrow = await bed.call(TOOL, {
    task: "crawl_sites",
    active_only: true,
  });
  assertEquals(narrow.data.triggers, []);
  assertEquals(
    narrow.data.empty_because,
    'there are triggers, but none of the task "crawl_sites" that is active',
  );
  const nowhere = await bed.call(TOOL, { domain: "staging" });
  assertMatch(
    nowhere.data.empty_because,
    /no triggers at all; there are some in the domain development$/,
  );
  const unknown = await bed.call(TOOL, { project: "no-such" });
  assertMatch(unknown.data.empty_because, /no triggers at all; list_projects/);
});

Deno.test("list_triggers shows when one was last started, and by what else", async () => {
  await using bed = await openSeeded();
  const nightly = await bed.call(TOOL, {
    project: "ml-prod",
    domain: "production",
  });
  const [{ last_started_at: last, starts, next_at: next }] =
    nightly.data.triggers;
  assertEquals(starts, "cron 0 3 * * * Europe/Berlin");
  assertMatch(next, /T0[12]:00:00Z$/);
  assert(last === null || /Z$/.test(last));
  const { data } = await bed.call(TOOL, {
    project: "data-platform",
    domain: "staging",
  });
  assertEquals(
    data.triggers.map((one: Record<string, unknown>) => [
      one.starts,
      one.next_at,
    ]),
    [
      ["artifact orders_export", null],
      ["every 15 minutes from 2026-01-05T08:00:00Z", null],
    ],
  );
});

Deno.test("list_triggers pages through all of them, each once", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  for (let at = 0; at < 25; at++) {
    const task = `e.f${at % 2}`;
    await plantTrigger(bed, `t${String(at).padStart(2, "0")}`, { task });
  }
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const args: Record<string, unknown> = { limit: 10 };
    if (cursor) args.cursor = cursor;
    const { data } = await bed.call(TOOL, args);
    for (const { task, name } of data.triggers) names.push(`${task} ${name}`);
    cursor = data.next_cursor;
  } while (cursor);
  assertEquals(names.length, 25);
  assertEquals(names, [...new Set(names)].toSorted());
});

Deno.test("list_triggers goes on after a hundred, and stops after the last", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  for (let at = 0; at < 100; at++) {
    await plantTrigger(bed, `t${String(at).padStart(3, "0")}`);
  }
  const first = await bed.call(TOOL, { limit: 100 });
  assertEquals(first.data.triggers.length, 100);
  // The page of Flyte's was full, so it may have had more.
  const cursor = first.data.next_cursor;
  const last = await bed.call(TOOL, { limit: 100, cursor });
  assertEquals(last.data.triggers, []);
  assertEquals(last.data.empty_because, "this was the last page");
  assertEquals(last.data.next_cursor, null);
  const other = await bed.call(TOOL, { query: "t", cursor });
  assertEquals(other.data.error.code, "invalid_argument");
});

Deno.test("list_triggers with long names stays within a result and goes on", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  for (let at = 0; at < 60; at++) {
    await plantTrigger(bed, `${10 + at} ${"name".repeat(50)}`);
  }
  const { data } = await bed.call(TOOL, { limit: 100 });
  assert(jsonBytes(data) <= 20_480, `${jsonBytes(data)} bytes`);
  const { length } = data.triggers;
  assert(length > 20 && length < 60, `${length} triggers`);
  const rest = await bed.call(TOOL, { limit: 100, cursor: data.next_cursor });
  assertEquals(rest.data.triggers.length, 60 - length);
  assert(rest.data.triggers[0].name.startsWith(`${10 + length} `));
});

Deno.test("list_triggers keeps names of the hostile project in one line", async () => {
  await using bed = await openHostile();
  const answer = await bed.call(TOOL);
  assertFenced(answer, [/\.(name|task)$/]);
  const { markOf } = HOSTILE;
  assert(answer.data.triggers[0].name.includes(markOf("trigger name")));
});

Deno.test("list_triggers looks in one project alone", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_triggers", { project: "*" });
  assertEquals(data.error.code, "invalid_argument");
  assertMatch(data.error.next_step, /^Pass one project; list_projects/);
});

Deno.test("list_triggers without a project says how to get one", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call(TOOL);
  assertEquals(data.error.code, "scope_missing");
});
