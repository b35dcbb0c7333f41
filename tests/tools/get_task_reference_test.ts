/** How a task is named, and what is said when there is none. */
import { assertEquals, assertMatch } from "@std/assert";
import { openEmpty, openSeeded } from "./beds.ts";
import { plantTask } from "./task_bed.ts";

const SNACKS = { project: "flytesnacks" };

for (
  const task of [
    "training.fit_shard",
    "fit_shard",
    " training.fit_shard ",
    "ENDPOINT/v2/domain/development/project/flytesnacks/tasks/training.fit_shard",
    "ENDPOINT/console/projects/flytesnacks/domains/development/tasks/training.fit_shard",
  ]
) {
  Deno.test(`get_task takes "${task}"`, async () => {
    await using bed = await openSeeded();
    const isUrl = task.startsWith("ENDPOINT");
    const { data, text } = await bed.call("get_task", {
      task: task.replace("ENDPOINT", bed.endpoint),
      ...isUrl ? { project: "ml-prod" } : SNACKS,
    });
    assertEquals(data.name, "training.fit_shard", text);
    assertEquals(data.scope.project, "flytesnacks");
    assertEquals(data.scope.source, isUrl ? "url" : "argument");
  });
}

for (
  const [task, code, words] of [
    ["https://flyte.other.example/v2/tasks/x", "different_endpoint", /other/],
    ["ENDPOINT/v2/domain/d/project/p/runs/r1", "invalid_argument", /a task/],
    ["training.nope", "not_found", /list_tasks \{"project":"flytesnacks"/],
    ["Fit", "not_found", /Similar names: training\.fit_shard\./],
    ["etl.fit_shard", "not_found", /Similar names: training\.fit_shard\./],
  ] as const
) {
  Deno.test(`get_task of "${task}" is ${code}`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("get_task", {
      ...SNACKS,
      task: task.replace("ENDPOINT", bed.endpoint),
    });
    assertEquals(data.error.code, code);
    assertMatch(`${data.error.message} ${data.error.next_step}`, words);
  });
}

Deno.test("get_task of a version that is not there says which are", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_task", {
    ...SNACKS,
    task: "fit_shard",
    version: "v9",
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(
    data.error.message,
    'Task training.fit_shard has no version "v9".',
  );
  assertMatch(data.error.next_step, /^It has v4-rc1, v3, v2, v1\.$/);
});

Deno.test("get_task of a function of two environments asks which", async () => {
  await using bed = await openEmpty();
  for (const name of ["a.main", "b.main", "b.domain"]) {
    await plantTask(bed.sandbox.plane, { name });
  }
  const { data } = await bed.call("get_task", { ...SNACKS, task: "main" });
  assertEquals(data.error.code, "ambiguous");
  assertEquals(data.error.next_step, "Say which one: a.main, b.main.");
});
