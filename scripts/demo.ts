/**
 * The main job, played in front of you: an agent starts the server, is asked
 * for a login, a person approves it, and the agent reads runs. Everything is
 * real but the data: a control plane and an authorization server on this
 * machine, the server as a process of its own with the least permissions.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { approveDevice } from "../sandbox/issuer/person.ts";
import { startSandbox } from "../sandbox/mod.ts";
import { SEEDED } from "../sandbox/seed/seeded.ts";
import { heading, print, printResult, type Result } from "./demo/print.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

await main();

async function main(): Promise<void> {
  await using sandbox = await startSandbox({ auth: "device" });
  const { endpoint, issuer } = sandbox;
  const hosts = [endpoint, issuer?.url ?? ""].map((url) => new URL(url).host);
  const args = [
    ...["run", "--quiet", "--no-prompt"],
    ...["--allow-env=FLYTE_ENDPOINT,FLYTE_PROJECT", `--allow-net=${hosts}`],
    MAIN,
  ];
  heading("A host starts flyte-mcp over stdio");
  print(`FLYTE_ENDPOINT=${endpoint} FLYTE_PROJECT=flytesnacks \\`);
  print(`  deno ${args.slice(0, -1).join(" ")} main.ts`);
  const client = new Client({ name: "demo", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: Deno.execPath(),
      args,
      env: { FLYTE_ENDPOINT: endpoint, FLYTE_PROJECT: "flytesnacks" },
      stderr: "inherit",
    }),
  );
  try {
    await play(client);
  } finally {
    await client.close();
  }
}

async function play(client: Client): Promise<void> {
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name, arguments: args });
    // The server's results have this shape; what is in them is checked below.
    return printResult(name, args, result as unknown as Result);
  };
  const asked = await call("whoami");
  expect(asked.status, "login_required");
  heading("The person opens the page, checks the code, and allows it");
  const page = String(
    asked.verification_uri_complete ?? asked.verification_uri,
  );
  print(`${page} → ${await approveDevice(page, String(asked.user_code))}`);
  const status = await call("auth_status", { wait_seconds: 10 });
  expect(status.logged_in, true);

  expect((await call("whoami")).identity, "known");
  expect((await call("list_projects")).status, "ok");
  expect((await call("list_runs", { limit: 5 })).status, "ok");
  const { running, userError, fanOut } = SEEDED.runs;
  const states = [[running, "running"], [userError, "failed"], [
    fanOut,
    "succeeded",
  ]] as const;
  for (const [run, phase] of states) {
    expect((await call("get_run", { run: run.name })).phase, phase);
  }
  heading("Done: every tool answered");
}

/** The demo is worth its exit status: each answer is checked. */
function expect(actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`Expected ${expected}, got ${actual}`);
}
