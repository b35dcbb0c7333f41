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
  ["list_runs", { task: "" }, "task"],
  ["list_runs", { task: "t".repeat(256) }, "task"],
  ["list_runs", { limit: 0 }, "limit"],
  ["list_runs", { limit: 1e9 }, "limit"],
  ["list_runs", { cursor: "c".repeat(2001) }, "cursor"],
  ["list_runs", { status: "failed" }, "status"],
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
