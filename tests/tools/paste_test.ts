/** Every argument that names a run, an action or a task takes its address. */
import { assertEquals, assertMatch } from "@std/assert";
import { SEEDED } from "../../sandbox/seed/mod.ts";
import { openSeeded, type SeededBed } from "./beds.ts";

const { userError, fanOut } = SEEDED.runs;
const { failedShard } = SEEDED.actions;

/** Arguments that mislead, for what stands in an address wins. */
const ELSEWHERE = { project: "ml-prod", domain: "production" };

function pageOf(
  { endpoint }: SeededBed,
  { project, domain }: { project: string; domain: string },
  rest: string,
): string {
  return `${endpoint}/v2/domain/${domain}/project/${project}/${rest}`;
}

for (
  const [tool, nameOf] of [
    ["get_run", (data) => data.name],
    ["get_action", (data) => data.run],
    ["get_logs", (data) => data.run],
    ["get_run_io", (data) => data.run],
    ["list_actions", (data) => data.run],
    ["wait_for_run", (data) => data.run],
    ["diagnose_run", (data) => data.run],
    // Tools answer in shapes of their own.
    // deno-lint-ignore no-explicit-any
  ] as readonly (readonly [string, (data: any) => unknown])[]
) {
  Deno.test(`${tool} takes the address of a run`, async () => {
    await using bed = await openSeeded();
    const { project, domain, name } = userError;
    const addresses = [
      pageOf(bed, userError, `runs/${name}`),
      `${bed.endpoint}/console/projects/${project}/domains/${domain}/executions/${name}`,
      `flyte://${new URL(bed.endpoint).host}/${project}/${domain}/runs/${name}`,
    ];
    for (const run of addresses) {
      const { data, text } = await bed.call(tool, { ...ELSEWHERE, run });
      assertEquals(data.status, "ok", text);
      assertEquals(nameOf(data), name);
      assertEquals(data.scope, { project, domain, source: "url" });
    }
  });

  Deno.test(`${tool} refuses the address of a task and names what takes it`, async () => {
    await using bed = await openSeeded();
    const run = pageOf(bed, userError, "tasks/training.fit_shard");
    const { data } = await bed.call(tool, { run });
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(data.error.next_step, /^get_task takes it/);
    assertEquals(bed.ingress.requests.length, 0);
  });
}

for (
  const [tool, actionOf] of [
    ["get_action", (data) => data.name],
    ["get_logs", (data) => data.logs[0].action],
    ["get_run_io", (data) => data.action],
    // Tools answer in shapes of their own.
    // deno-lint-ignore no-explicit-any
  ] as readonly (readonly [string, (data: any) => unknown])[]
) {
  Deno.test(`${tool} takes the action that the run's address names, or action does`, async () => {
    await using bed = await openSeeded();
    const { name } = failedShard;
    const page = pageOf(bed, userError, `runs/${userError.name}?i=${name}`);
    for (
      const args of [
        { run: page },
        { run: userError.name, action: `\`${name}\`` },
        { run: userError.name, action: page },
        { run: pageOf(bed, userError, `runs/${userError.name}`), action: name },
      ]
    ) {
      const { data, text } = await bed.call(tool, args);
      assertEquals(data.status, "ok", text);
      assertEquals(actionOf(data), name);
    }
    const root = await bed.call(tool, { run: page, action: "a0" });
    assertEquals(actionOf(root.data), "a0");
  });

  Deno.test(`${tool} refuses the address of another run's action, or of no action`, async () => {
    await using bed = await openSeeded();
    for (
      const [page, words] of [
        [`runs/${fanOut.name}?i=a1`, /another run than train-bad-row/],
        [`runs/${userError.name}`, /names no action/],
        ["tasks/training.fit_shard", /URL of a task/],
      ] as const
    ) {
      const action = pageOf(bed, userError, page);
      const { data } = await bed.call(tool, { run: userError.name, action });
      assertEquals(data.error.code, "invalid_argument");
      assertMatch(data.error.message, words);
    }
  });
}

Deno.test("get_action shows the page of the action, which it reads itself", async () => {
  await using bed = await openSeeded();
  const first = await bed.call("get_action", {
    run: userError.name,
    action: failedShard.name,
  });
  assertEquals(
    first.data.url,
    pageOf(bed, userError, `runs/${userError.name}?i=${failedShard.name}`),
  );
  const again = await bed.call("get_action", { run: first.data.url });
  assertEquals(again.data.name, failedShard.name);
});

Deno.test("list_actions takes the address of the action to begin with", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_actions", {
    run: userError.name,
    under: pageOf(
      bed,
      userError,
      `runs/${userError.name}?i=${failedShard.name}`,
    ),
  });
  assertEquals(data.actions.length, 1);
  assertEquals(data.actions[0].name, failedShard.name);
});

Deno.test("list_runs takes the address of a task, and of one version of it", async () => {
  await using bed = await openSeeded();
  const named = await bed.call("list_runs", {
    task: "training.train_model",
    project: userError.project,
  });
  const [{ version }] = named.data.runs;
  const page = pageOf(bed, userError, "tasks/training.train_model");
  const pasted = await bed.call("list_runs", { ...ELSEWHERE, task: page });
  assertEquals(pasted.data.runs, named.data.runs);
  const one = await bed.call("list_runs", {
    task: `${page}/${encodeURIComponent(version)}`,
  });
  assertEquals(
    one.data.runs,
    // deno-lint-ignore no-explicit-any -- rows of a tool's own shape
    named.data.runs.filter((run: any) => run.version === version),
  );
});

Deno.test("diagnose_run takes the address of a task", async () => {
  await using bed = await openSeeded();
  const named = await bed.call("diagnose_run", {
    task: "training.train_model",
    project: userError.project,
  });
  const pasted = await bed.call("diagnose_run", {
    ...ELSEWHERE,
    task: pageOf(bed, userError, "tasks/training.train_model"),
  });
  assertEquals(pasted.data.status, "ok", pasted.text);
  assertEquals(pasted.data.run, named.data.run);
});

Deno.test("get_task takes the version that the task's address names", async () => {
  await using bed = await openSeeded();
  const page = pageOf(bed, userError, "tasks/training.train_model");
  const latest = await bed.call("get_task", { task: page });
  const older = latest.data.versions.at(-1).version;
  const { data } = await bed.call("get_task", {
    task: `${page}/${encodeURIComponent(older)}`,
  });
  assertEquals(data.version, older);
  const asked = await bed.call("get_task", {
    task: `${page}/nope`,
    version: older,
  });
  assertEquals(asked.data.version, older);
});
