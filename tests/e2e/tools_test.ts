/**
 * Each tool, each kind of answer, each generation of client, over a spawned
 * server. The SDK's transport keeps a kill timer running after close(), so
 * this file's sanitizers are off.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startSandbox } from "../../sandbox/mod.ts";
import { approve, type Called } from "../harness.ts";
import { GENERATIONS, spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** One that is there, in a project of its own. */
const TRIGGER = {
  trigger: "nightly",
  ...{ project: "ml-prod", domain: "production" },
};

/** A call of each tool that needs Flyte, with one that it refuses. */
const CALLS = [
  { tool: "whoami", args: {}, wrong: { nope: 1 } },
  { tool: "list_projects", args: {}, wrong: { limit: 0 } },
  { tool: "list_runs", args: {}, wrong: { phases: ["broken"] } },
  { tool: "get_project", args: {}, wrong: { project: "" } },
  { tool: "list_tasks", args: {}, wrong: { limit: 101 } },
  { tool: "get_task", args: { task: "fit_shard" }, wrong: {} },
  { tool: "get_run_io", args: { run: "train-fan-out" }, wrong: { path: "" } },
  { tool: "get_run", args: { run: "train-bad-row" }, wrong: {} },
  { tool: "list_actions", args: { run: "train-bad-row" }, wrong: { run: "" } },
  { tool: "get_action", args: { run: "train-bad-row" }, wrong: { attempt: 0 } },
  { tool: "get_logs", args: { run: "train-bad-row" }, wrong: { grep: "(" } },
  { tool: "diagnose_run", args: { run: "train-bad-row" }, wrong: {} },
  { tool: "list_apps", args: {}, wrong: { statuses: ["broken"] } },
  { tool: "get_app", args: { app: "review-chat", log_lines: 3 }, wrong: {} },
  { tool: "list_secrets", args: {}, wrong: { query: "" } },
  { tool: "wait_for_run", args: { run: "train-bad-row" }, wrong: {} },
  { tool: "compare_runs", args: { run: "train-bad-row" }, wrong: {} },
  { tool: "list_conditions", args: {}, wrong: { limit: 0 } },
  { tool: "list_triggers", args: {}, wrong: { query: "" } },
  { tool: "get_trigger", args: TRIGGER, wrong: {} },
] as const;

for (const generation of GENERATIONS) {
  Deno.test(`a ${generation} client is asked for a login, and every tool answers after it`, async () => {
    await using sandbox = await startSandbox({ auth: "device" });
    await using server = await spawnServer({
      generation,
      env: {
        FLYTE_ENDPOINT: sandbox.endpoint,
        FLYTE_PROJECT: "flytesnacks",
        FLYTE_MCP_TOOLSETS: "all",
      },
    });
    const asked: Called[] = [];
    for (const { tool, args } of CALLS) {
      const answer = await server.call(tool, args);
      assertEquals(answer.data.status, "login_required", answer.text);
      assertEquals(answer.isError, true);
      assertEquals(answer.data.then_repeat, tool);
      asked.push(answer);
    }
    const codes = new Set(asked.map(({ data }) => data.user_code));
    assertEquals(codes.size, 1);
    assertMatch(asked[0]?.text ?? "", /^LOGIN REQUIRED for http/);
    const again = await server.call("login");
    assertEquals(again.isError, false);
    assertEquals(again.data.user_code, asked[0]?.data.user_code);
    await approve(again);
    const status = await server.call("auth_status", { wait_seconds: 20 });
    assertEquals(status.data.logged_in, true, status.text);
    for (const { tool, args } of CALLS) {
      const answer = await server.call(tool, args);
      assertEquals(answer.data.status, "ok", answer.text);
      assertEquals(answer.isError, false);
    }
    const out = await server.call("logout");
    assertEquals(out.data.logged_out, true);
    assertEquals(server.stderr(), "");
  });

  Deno.test(`a ${generation} client gets errors that say what to do`, async () => {
    await using sandbox = await startSandbox({ auth: "open" });
    await using server = await spawnServer({
      generation,
      env: { FLYTE_ENDPOINT: sandbox.endpoint, FLYTE_MCP_TOOLSETS: "all" },
    });
    for (const { tool, wrong } of CALLS) {
      const { data, isError, text } = await server.call(tool, wrong);
      assertEquals(data.error.code, "invalid_argument", text);
      assertEquals(data.error.fix_by, "agent");
      assertEquals(isError, true);
    }
    const { data } = await server.call("auth_status", { wait_seconds: 99 });
    assertEquals(data.error.code, "invalid_argument");
    for (const tool of ["login", "logout"]) {
      const { data } = await server.call(tool, { nope: true });
      assertEquals(data.error.code, "invalid_argument");
    }
  });

  Deno.test(`a ${generation} client reads name, title and instructions`, async () => {
    await using server = await spawnServer({
      generation,
      env: { FLYTE_ENDPOINT: "https://flyte.example.com" },
      permissions: ["--allow-env=FLYTE_ENDPOINT"],
    });
    const { name, title } = server.client.getServerVersion() ?? {};
    assertEquals(name, "flyte-mcp");
    assertEquals(title, "Flyte (flyte.example.com)");
    const instructions = server.client.getInstructions() ?? "";
    assert(instructions.startsWith("Flyte 2 at https://flyte.example.com"));
  });
}

Deno.test("the sandbox inside the server asks for a login with the documented permissions", async () => {
  await using server = await spawnServer({ args: ["--sandbox"] });
  const asked = await server.call("whoami");
  assertEquals(asked.data.status, "login_required", asked.text);
  await approve(asked);
  await server.call("auth_status", { wait_seconds: 20 });
  assertEquals((await server.call("whoami")).data.identity, "known");
  assertEquals((await server.call("list_runs")).data.status, "ok");
});

Deno.test("the open sandbox needs no login", async () => {
  await using server = await spawnServer({ args: ["--sandbox-auth=open"] });
  assertEquals((await server.call("whoami")).data.identity, "anonymous");
  const { data } = await server.call("get_run", { run: "train-fan-out" });
  assertEquals(data.phase, "succeeded");
});
