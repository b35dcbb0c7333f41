/**
 * Which tools there are and what they may show, as flags of a real process.
 * The SDK's client leaves a timer of two seconds running after close(), so
 * this file's sanitizers are off.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { closedOrigin } from "../http/peer.ts";
import { spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

Deno.test("flags choose the tools, and the instructions mention no other", async () => {
  await using server = await spawnServer({
    env: { FLYTE_ENDPOINT: await closedOrigin() },
    args: [
      ...["--toolsets", "projects", "--tools=get_run,get_logs"],
      ...["--exclude-tools", "get_logs,logout"],
    ],
  });
  const { tools } = await server.client.listTools();
  assertEquals(tools.map(({ name }) => name), [
    ...["auth_status", "doctor", "get_project", "get_run", "list_projects"],
    "login",
  ]);
  const instructions = server.client.getInstructions() ?? "";
  assertStringIncludes(instructions, "get_run");
  for (const name of ["diagnose_run", "list_runs", "wait_for_run"]) {
    assertEquals(instructions.includes(name), false, name);
  }
  assert(new TextEncoder().encode(instructions).length <= 2000);
});

Deno.test("a toolset that does not exist is told by every tool, and the doctor works", async () => {
  await using server = await spawnServer({
    env: {
      FLYTE_ENDPOINT: await closedOrigin(),
      FLYTE_MCP_TOOLSETS: "defualt",
    },
  });
  const { isError, text } = await server.call("auth_status");
  assert(isError);
  assertStringIncludes(
    text,
    'FLYTE_MCP_TOOLSETS names "defualt", which is no toolset. Person: Correct FLYTE_MCP_TOOLSETS. Toolsets: default, ',
  );
  const doctor = await server.call("doctor");
  assertEquals(doctor.isError, false, doctor.text);
  assertStringIncludes(doctor.text, "which is no toolset");
});

Deno.test("the sandbox heeds the flags of the surface, and variables do not count", async () => {
  await using server = await spawnServer({
    env: { FLYTE_MCP_TOOLSETS: "secrets" },
    args: [
      ...["--sandbox", "--sandbox-auth=open", "--pin=project"],
      ...["--allowed-tasks", "training.t*"],
    ],
  });
  const { tools } = await server.client.listTools();
  const listRuns = tools.find(({ name }) => name === "list_runs");
  assertEquals("project" in (listRuns?.inputSchema.properties ?? {}), false);
  const own = await server.call("get_run", { run: "train-bad-row" });
  assertEquals(own.isError, false, own.text);
  const other = await server.call("get_run", { run: "train-needs-gpu" });
  assertEquals(other.data.error.code, "permission_denied", other.text);
});
