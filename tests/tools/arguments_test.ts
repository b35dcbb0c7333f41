/** Arguments that no tool takes, and what it says to them. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { Client } from "@modelcontextprotocol/client";
import { openSeeded } from "./beds.ts";

/** Calls that are wrong, and the argument that is. */
const WRONG: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["auth_status", { wait_seconds: -1 }, "wait_seconds"],
  ["auth_status", { wait_seconds: 25.5 }, "wait_seconds"],
  ["auth_status", { wait_seconds: "25" }, "wait_seconds"],
  ["auth_status", { wait_seconds: null }, "wait_seconds"],
  ["auth_status", { wait: 5 }, "wait"],
  ["get_action", {}, "run"],
  ["get_action", { run: "r1", action: "" }, "action"],
  ["get_action", { run: "r1", action: "x".repeat(1001) }, "action"],
  ["get_action", { run: "r1", attempt: 0 }, "attempt"],
  ["get_action", { run: "r1", attempt: 1.5 }, "attempt"],
  ["get_app", {}, "app"],
  ["get_app", { app: "" }, "app"],
  ["get_app", { app: "a", log_lines: 201 }, "log_lines"],
  ["get_app", { app: "a", log_lines: -1 }, "log_lines"],
  ["get_app", { name: "a" }, "name"],
  ["get_logs", {}, "run"],
  ["get_logs", { run: "r1", action: "" }, "action"],
  ["get_logs", { run: "r1", attempt: 0 }, "attempt"],
  ["get_logs", { run: "r1", part: "middle" }, "part"],
  ["get_logs", { run: "r1", limit: 1001 }, "limit"],
  ["get_logs", { run: "r1", grep: "" }, "grep"],
  ["get_logs", { run: "r1", grep: "x".repeat(201) }, "grep"],
  ["get_logs", { run: "r1", context: 21 }, "context"],
  ["get_logs", { run: "r1", since: 10 }, "since"],
  ["get_logs", { run: "r1", tail: 100 }, "tail"],
  ["get_run", {}, "run"],
  ["get_run", { run: "" }, "run"],
  ["get_run", { run: null }, "run"],
  ["get_run", { run: ["train-fan-out"] }, "run"],
  ["get_run", { run: { name: "train-fan-out" } }, "run"],
  ["get_run", { run: "x".repeat(1001) }, "run"],
  ["get_run", { run: "r1", project: "" }, "project"],
  ["get_run", { run: "r1", project: 7 }, "project"],
  ["get_run", { run: "r1", domain: "d".repeat(64) }, "domain"],
  ["get_run", { run_id: "r1" }, "run_id"],
  ["list_actions", {}, "run"],
  ["list_actions", { run: "r1", phases: ["FAILED"] }, "phases"],
  ["list_actions", { run: "r1", under: "" }, "under"],
  ["list_actions", { run: "r1", limit: 101 }, "limit"],
  ["list_actions", { run: "r1", cursor: 3 }, "cursor"],
  ["list_actions", { run: "r1", depth: 2 }, "depth"],
  ["get_project", { project: "" }, "project"],
  ["get_project", { project: "p".repeat(64) }, "project"],
  ["get_project", { id: "p" }, "id"],
  ["get_run_io", {}, "run"],
  ["get_run_io", { run: "r1", action: "" }, "action"],
  ["get_run_io", { run: "r1", path: "" }, "path"],
  ["get_run_io", { run: "r1", path: "p".repeat(501) }, "path"],
  ["get_run_io", { run: "r1", include_urls: "yes" }, "include_urls"],
  ["get_run_io", { run: "r1", limit: 5 }, "limit"],
  ["get_task", {}, "task"],
  ["get_task", { task: "" }, "task"],
  ["get_task", { task: "t", version: "" }, "version"],
  ["get_task", { task: "t", version: 3 }, "version"],
  ["get_task", { task: "t", input: "" }, "input"],
  ["get_task", { name: "t" }, "name"],
  ["list_apps", { statuses: ["ACTIVE"] }, "statuses"],
  ["list_apps", { query: "" }, "query"],
  ["list_apps", { limit: 101 }, "limit"],
  ["list_apps", { cursor: "x".repeat(2001) }, "cursor"],
  ["list_apps", { status: "active" }, "status"],
  ["list_secrets", { query: "q".repeat(201) }, "query"],
  ["list_secrets", { limit: 0 }, "limit"],
  ["list_secrets", { cursor: "x".repeat(8001) }, "cursor"],
  ["list_secrets", { name: "wandb" }, "name"],
  ["list_projects", { limit: 0 }, "limit"],
  ["list_projects", { limit: 101 }, "limit"],
  ["list_projects", { limit: 2.5 }, "limit"],
  ["list_projects", { limit: "10" }, "limit"],
  ["list_projects", { state: "deleted" }, "state"],
  ["list_projects", { query: 5 }, "query"],
  ["list_projects", { query: "q".repeat(201) }, "query"],
  ["list_projects", { cursor: 25 }, "cursor"],
  ["list_projects", { page: 2 }, "page"],
  ["list_runs", { phases: "failed" }, "phases"],
  ["list_runs", { phases: ["FAILED"] }, "phases"],
  ["list_runs", { phases: ["failed", 6] }, "phases"],
  ["list_runs", { phases: Array(11).fill("failed") }, "phases"],
  ["list_runs", { since: 24 }, "since"],
  ["list_runs", { since: "1".repeat(41) }, "since"],
  ["list_runs", { until: 24 }, "until"],
  ["list_runs", { time_field: "created" }, "time_field"],
  ["list_runs", { longer_than: 60 }, "longer_than"],
  ["list_runs", { query: "" }, "query"],
  ["list_runs", { version: "" }, "version"],
  ["list_runs", { started_by: "" }, "started_by"],
  ["list_runs", { trigger: "" }, "trigger"],
  ["list_runs", { paused_only: "yes" }, "paused_only"],
  ["list_runs", { task: "" }, "task"],
  ["list_runs", { task: "t".repeat(1001) }, "task"],
  ["list_runs", { limit: 0 }, "limit"],
  ["list_runs", { limit: 1e9 }, "limit"],
  ["list_runs", { cursor: "c".repeat(2001) }, "cursor"],
  ["list_runs", { status: "failed" }, "status"],
  ["list_tasks", { query: "" }, "query"],
  ["list_tasks", { query: "q".repeat(201) }, "query"],
  ["list_tasks", { entry_points: "yes" }, "entry_points"],
  ["list_tasks", { limit: 101 }, "limit"],
  ["list_tasks", { cursor: 1 }, "cursor"],
  ["list_tasks", { task: "t" }, "task"],
  ["login", { method: "carrier pigeon" }, "method"],
  ["logout", { everywhere: true }, "everywhere"],
  ["whoami", { verbose: true }, "verbose"],
];

/** What a tool says of itself that it takes. */
async function argumentsOf(client: Client, tool: string): Promise<string[]> {
  const { tools } = await client.listTools();
  const definition = tools.find(({ name }) => name === tool);
  return Object.keys(definition?.inputSchema.properties ?? {});
}

for (const [tool, args, argument] of WRONG) {
  const shown = JSON.stringify(args).slice(0, 60);
  Deno.test(`${tool} refuses ${shown} and names its arguments`, async () => {
    await using bed = await openSeeded({ env: { FLYTE_PROJECT: "ml-prod" } });
    const { data, text, isError } = await bed.call(tool, args);
    assertEquals(isError, true);
    assertEquals(data.status, "error");
    assertEquals(data.performed, false);
    const { code, fix_by: fixBy, message, next_step: next } = data.error;
    assertEquals([code, fixBy], ["invalid_argument", "agent"]);
    assertMatch(message, new RegExp(`"${argument}\\b`));
    const known = await argumentsOf(bed.client, tool);
    for (const name of known) assert(next.includes(name), `${name}: ${next}`);
    if (known.length === 0) assertMatch(next, /without arguments/);
    assertMatch(text, /\[invalid_argument\]$/);
    // Nothing is asked that is not understood.
    assertEquals(bed.ingress.requests.length, 0);
  });
}

Deno.test("a refusal says that an argument is missing", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_run", {});
  assertEquals(data.error.message, '"run" is missing.');
});

for (
  const [tool, args, message] of [
    ["list_runs", { limit: 101 }, '"limit" must be at most 100.'],
    ["list_runs", { limit: 0 }, '"limit" must be at least 1.'],
    ["list_runs", { query: "" }, '"query" must not be empty.'],
    [
      "list_runs",
      { query: "q".repeat(64) },
      '"query" must have at most 63 characters.',
    ],
    [
      "get_logs",
      { run: "r1", part: "end" },
      '"part" must be one of tail, head.',
    ],
  ] as const
) {
  Deno.test(`a refusal says what would be right: ${message}`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call(tool, args);
    assertEquals(data.error.message, message);
  });
}

Deno.test("a refusal names every argument that is wrong", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", {
    phases: ["odd"],
    limit: 1000,
    since: 3,
    colour: "red",
    size: 1,
  });
  for (const name of ["phases.0", "limit", "since", "colour", "size"]) {
    assert(data.error.message.includes(`"${name}"`), data.error.message);
  }
});

Deno.test("a refusal is as long as a person reads, whatever was sent", async () => {
  await using bed = await openSeeded();
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`${"k".repeat(300)}${at}`, at]),
  );
  const { data, text } = await bed.call("whoami", many);
  assertEquals(data.error.code, "invalid_argument");
  assert(text.length < 4000, `${text.length} characters`);
});

Deno.test("a refusal shows nothing of the program that made it", async () => {
  await using bed = await openSeeded();
  for (const args of [{ run: 5 }, { run: "r1", ["__proto__x"]: 1 }]) {
    const { text } = await bed.call("get_run", args);
    assertNotMatch(text, /zod|ZodError|\.ts:|\n\s+at /);
  }
});

Deno.test("a tool that takes no arguments needs none, not even an object", async () => {
  await using bed = await openSeeded();
  const result = await bed.client.callTool({ name: "whoami" });
  assertEquals(result.isError ?? false, false);
});

Deno.test("optional arguments may be left out, and null is not the same", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_runs", {
    project: "flytesnacks",
    since: null,
  });
  assertEquals(data.error.code, "invalid_argument");
});
