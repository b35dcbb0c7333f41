/** What `response_format` saves, and what it loses. */
import { assert, assertEquals } from "@std/assert";
import { SEEDED } from "../../sandbox/seed/mod.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import type { Called } from "../harness.ts";
import { openSeeded } from "./beds.ts";

const { failedShard } = SEEDED.actions;

/** A call of each tool that takes it, and what concise results lack. */
const CALLS: Readonly<
  Record<string, { args: Record<string, unknown>; lacks: readonly string[] }>
> = {
  diagnose_run: {
    args: { run: failedShard.run.name },
    lacks: ["inputs", "events", "attempts", "also_failed", "log"],
  },
  get_action: {
    args: { run: failedShard.run.name, action: failedShard.name },
    lacks: ["attempts", "events", "events_left_out"],
  },
  list_actions: { args: { run: failedShard.run.name }, lacks: ["actions"] },
};

Deno.test("every tool that takes response_format is looked at here", () => {
  const takers = TOOLS.filter(({ input }) => "response_format" in input.shape);
  assertEquals(takers.map(({ name }) => name), Object.keys(CALLS));
});

/** As one answer has it; markers differ from result to result. */
function unfenced({ data }: Called) {
  const json = JSON.stringify(data).replace(/[0-9a-f]{8}(?= |-data>>)/g, "M");
  return JSON.parse(json);
}

for (const [tool, { args, lacks }] of Object.entries(CALLS)) {
  Deno.test(`a concise ${tool} is smaller by a quarter and loses only what is said`, async () => {
    await using bed = await openSeeded();
    const [concise, detailed] = [
      await bed.call(tool, { ...args, response_format: "concise" }),
      await bed.call(tool, { ...args, response_format: "detailed" }),
    ].map(unfenced);
    const [small, large] = [concise, detailed]
      .map((data) => JSON.stringify(data).length);
    assert(small !== undefined && large !== undefined);
    assert(small * 4 <= large * 3, `${small} of ${large} bytes`);
    for (const key of Object.keys(detailed)) {
      assert(key in concise, `${key} is missing`);
      // Ages and times of answer go on.
      if (key === "now" || lacks.includes(key)) continue;
      assertEquals(concise[key], detailed[key], key);
    }
  });
}

Deno.test("a concise diagnosis names the tools that have what it leaves out", async () => {
  await using bed = await openSeeded();
  const args = { run: failedShard.run.name, response_format: "concise" };
  const { data } = await bed.call("diagnose_run", args);
  assertEquals(data.left_out, [
    "inputs: get_run_io",
    "events: get_action",
    "attempts: get_action",
    "also_failed: list_actions",
    "log: get_logs",
  ]);
  assert(data.evidence.length > 0 && data.next_steps.length > 0);
});

Deno.test("a concise get_action tells the attempt that is asked for", async () => {
  await using bed = await openSeeded();
  for (const attempt of [1, 2, 3]) {
    const { data } = await bed.call("get_action", {
      run: failedShard.run.name,
      action: failedShard.name,
      attempt,
    });
    assertEquals(data.attempts.length, 1);
    assertEquals([data.attempts[0].attempt, data.attempt], [attempt, attempt]);
    assertEquals(data.attempts_total, 3);
  }
});

Deno.test("concise rows of list_actions are the same ones with fewer columns", async () => {
  await using bed = await openSeeded();
  const args = { run: SEEDED.runs.fanOut.name };
  const concise = await bed.call("list_actions", args);
  const detailed = await bed.call("list_actions", {
    ...args,
    response_format: "detailed",
  });
  assertEquals(
    concise.data.actions.map(({ name }: { name: string }) => name),
    detailed.data.actions.map(({ name }: { name: string }) => name),
  );
  assertEquals(Object.keys(concise.data.actions[1]), [
    ...["name", "parent", "depth", "task", "phase", "duration"],
  ]);
});
