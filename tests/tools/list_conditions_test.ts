import { assert, assertEquals, assertMatch } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { HOSTILE, SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { openTestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantCondition, plantingIn, plantRun, runKey } from "./planting.ts";
import { assertFenced, openHostile, openTroubles } from "./scenes.ts";

const TOOL = "list_conditions";

Deno.test("list_conditions shows what waits for a person in a project and domain", async () => {
  await using bed = await openSeeded({
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_DOMAIN: "production" },
  });
  const { data, text } = await bed.call(TOOL);
  assertEquals(data.conditions.length, 1);
  const { prompt, description, since, waited, url, ...row } =
    data.conditions[0];
  assertEquals(row, {
    run: SEEDED.runs.approval.name,
    action: SEEDED.actions.approval.name,
    condition: "approve",
    phase: "paused",
    prompt_is_markdown: true,
    expects: "boolean",
    times_out_at: null,
    answer: null,
    answered_by: null,
    answered_at: null,
  });
  assertMatch(prompt, /^<<data-\w+ Publish \*\*orders-7\*\* to production\? /);
  assertMatch(description, /^<<data-\w+ Accuracy 0\.9312 on held-out orders/);
  // 0.6 hours ago, and four seconds for the start.
  assertMatch(waited, /^(35|36|37)m\d+s$/);
  assertMatch(since, /^\d{4}-.*Z$/);
  assertEquals(
    url,
    `${bed.endpoint}/v2/domain/production/project/ml-prod/runs/release-approval?i=${SEEDED.actions.approval.name}`,
  );
  assertMatch(
    text,
    /^1 condition of ml-prod\/production waits for a person's answer\.\n/,
  );
});

Deno.test("list_conditions of a run has what was answered, by whom and when", async () => {
  await using bed = await openTroubles();
  const { name } = TROUBLES.questions.lastSuccess;
  const { data, text } = await bed.call(TOOL, { run: name });
  assertEquals(
    data.conditions.map((one: Record<string, unknown>) => [
      one.condition,
      one.phase,
      one.expects,
      one.answered_by,
      one.waited,
    ]),
    [
      ["budget", "succeeded", "integer", "grace@example.com", "57s"],
      ["reason", "succeeded", "string", "mary@example.com", "2m4s"],
    ],
  );
  const [budget, reason] = data.conditions;
  assertEquals(budget.answer, 40);
  assertEquals(budget.description, null);
  assertMatch(budget.answered_at, /Z$/);
  assertMatch(
    reason.answer,
    /^<<data-\w+ Autumn sale until the end of the month\. /,
  );
  assertMatch(
    text,
    /^2 conditions of run \S+, none of them waiting for a person's answer\./,
  );
});

Deno.test("list_conditions of a run has types, deadlines and those that nobody answered", async () => {
  await using bed = await openTroubles();
  const open = await bed.call(TOOL, { run: TROUBLES.questions.run.name });
  assertEquals(
    open.data.conditions.map((one: Record<string, unknown>) => one.expects),
    ["integer", "string", "float"],
  );
  const [budget, , discount] = open.data.conditions;
  assertEquals(budget.times_out_at, null);
  // It waits for two hours from when it was asked.
  const hours = Date.parse(discount.times_out_at) - Date.parse(discount.since);
  assertEquals(hours, 7_200_000);
  const late = await bed.call(TOOL, { run: TROUBLES.unanswered.run.name });
  const [approve] = late.data.conditions;
  assertEquals([approve.phase, approve.answer], ["timed_out", null]);
  assertEquals(approve.waited, "10m0s");
  assertEquals(approve.times_out_at, null);
  const none = await bed.call(TOOL, {
    run: TROUBLES.unanswered.run.name,
    waiting_only: true,
  });
  assertEquals(none.data.conditions, []);
  assertEquals(none.data.empty_because, "none of its conditions waits now");
});

Deno.test("list_conditions takes a pasted URL of a run, whatever is configured", async () => {
  await using bed = await openSeeded({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const { project, domain, name } = SEEDED.runs.approval;
  const { data } = await bed.call(TOOL, {
    run: `${bed.endpoint}/v2/domain/${domain}/project/${project}/runs/${name}`,
  });
  assertEquals(data.scope, { project, domain, source: "url" });
  assertEquals(data.conditions[0].condition, "approve");
});

Deno.test("list_conditions of all projects says where each one is", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call(TOOL, { project: "*", domain: "*" });
  const [{ project, domain, run }] = data.conditions;
  assertEquals({ project, domain, name: run }, SEEDED.runs.approval);
});

Deno.test("list_conditions where nobody is asked says so, and where somebody is", async () => {
  await using bed = await openSeeded({ env: { FLYTE_PROJECT: "ml-prod" } });
  const { data, text } = await bed.call(TOOL);
  assertEquals(data.conditions, []);
  assertEquals(data.empty_because, "no run waits for a person");
  assertEquals(data.in_other_domains, [{ domain: "production", runs: 1 }]);
  assertMatch(text, /; runs that wait: 1 in production\.\n/);
  const never = await bed.call(TOOL, {
    run: SEEDED.runs.fanOut.name,
    project: "flytesnacks",
  });
  assertEquals(never.data.empty_because, "it has asked nobody anything");
  assertEquals(never.data.in_other_domains, null);
});

Deno.test("list_conditions of an unknown run is not_found, without a project scope_missing", async () => {
  await using bed = await openSeeded();
  const missing = await bed.call(TOOL, { run: "nope" });
  assertEquals(missing.data.error.code, "not_found");
  const nowhere = await bed.call(TOOL);
  assertEquals(nowhere.data.error.code, "scope_missing");
});

Deno.test("list_conditions pages through the conditions of a run, each once", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("asks");
  await plantRun(planting, run);
  for (let at = 0; at < 7; at++) {
    await plantCondition(planting, run, { name: `c${at}`, prompt: "Go on?" });
  }
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const args: Record<string, unknown> = { run: "asks", limit: 3 };
    if (cursor) args.cursor = cursor;
    const { data } = await bed.call(TOOL, args);
    for (const { action } of data.conditions) names.push(action);
    cursor = data.next_cursor;
  } while (cursor);
  assertEquals(names, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
});

Deno.test("list_conditions pages through runs that wait, some of each, and says which have more", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const planting = plantingIn(bed.sandbox.plane);
  for (const [name, count] of [["many", 8], ["two", 2], ["one", 1]] as const) {
    await plantRun(planting, runKey(name));
    for (let at = 0; at < count; at++) {
      const its = { name: `${name}${at}`, prompt: "Go on?" };
      await plantCondition(planting, runKey(name), its);
    }
  }
  const first = await bed.call(TOOL, { limit: 4 });
  const names = ({ data }: typeof first) =>
    data.conditions.map((one: { action: string }) => one.action);
  assertEquals(names(first), ["one0", "two0", "two1"]);
  const next = await bed.call(TOOL, {
    limit: 4,
    cursor: first.data.next_cursor,
  });
  assertEquals(names(next), ["many0", "many1", "many2", "many3"]);
  assertEquals(next.data.conditions[3].run_has_more, true);
  assertEquals(next.data.next_cursor, null);
  const wrong = await bed.call(TOOL, {
    domain: "staging",
    cursor: first.data.next_cursor,
  });
  assertEquals(wrong.data.error.code, "invalid_argument");
});

Deno.test("list_conditions passes over runs whose conditions were answered meanwhile", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const planting = plantingIn(bed.sandbox.plane);
  // Flyte lists a run as waiting whose one paused action is gone by then.
  await plantRun(planting, runKey("odd"), { phase: ActionPhase.PAUSED });
  const { data, text } = await bed.call(TOOL);
  assertEquals(data.status, "ok", text);
  assertEquals(data.conditions, []);
  assertEquals(data.empty_because, "those that waited were answered meanwhile");
  assertEquals(data.next_cursor, null);
});

Deno.test("list_conditions with long prompts stays within a result and goes on", async () => {
  await using bed = await openEmpty({ env: { FLYTE_PROJECT: "flytesnacks" } });
  const planting = plantingIn(bed.sandbox.plane);
  const run = runKey("talks");
  await plantRun(planting, run);
  for (let at = 0; at < 40; at++) {
    const prompt = `Question ${at}: ${"why ".repeat(400)}`;
    await plantCondition(planting, run, { name: `q${at}`, prompt });
  }
  const { data } = await bed.call(TOOL, { run: "talks", limit: 100 });
  assert(jsonBytes(data) <= 20_480, `${jsonBytes(data)} bytes`);
  const { length } = data.conditions;
  assert(length > 5 && length < 40, `${length} conditions`);
  const rest = await bed.call(TOOL, {
    run: "talks",
    limit: 100,
    cursor: data.next_cursor,
  });
  assertEquals(rest.data.conditions[0].action, `q${length}`);
});

Deno.test("list_conditions fences prompts, descriptions and names of the hostile project", async () => {
  await using bed = await openHostile();
  for (const args of [{}, { run: HOSTILE.runs.waiting.name }]) {
    const answer = await bed.call(TOOL, args);
    assertFenced(answer, [/\.condition$/]);
    const [row] = answer.data.conditions;
    const { markOf } = HOSTILE;
    assert(row.prompt.includes(markOf("condition prompt")));
    assert(row.description.includes(markOf("condition description")));
    assert(row.condition.includes(markOf("condition name")));
  }
});

Deno.test("list_conditions of a Flyte that lists no actions says what is missing", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_PROJECT: "troubles" },
    sandbox: {
      auth: "open",
      seeded: { everyday: false, troubles: true },
      without: ["/flyteidl2.workflow.RunService/ListActions"],
    },
  });
  const { name: run } = TROUBLES.questions.run;
  const { data } = await bed.call(TOOL, { run });
  assertEquals(data.error.code, "unimplemented");
});
