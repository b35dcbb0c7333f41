/**
 * The main job, played in front of you: an agent starts the server, is asked
 * for a login, a person approves it, and the agent finds out why a run failed. Everything is
 * real but the data: a control plane and an authorization server on this
 * machine, the server as a process of its own with the least permissions.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { approveDevice } from "../sandbox/issuer/person.ts";
import { type Sandbox, startSandbox } from "../sandbox/mod.ts";
import { SEEDED } from "../sandbox/seed/seeded.ts";
import { heading, print, printResult, type Result } from "./demo/print.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

await main();

async function main(): Promise<void> {
  await using sandbox = await startSandbox({ auth: "device" });
  await using folder = await makeFolder();
  heading("A host starts flyte-mcp over stdio");
  {
    await using first = await startServer(sandbox, folder.path);
    await play(first);
  }
  heading("Another host starts flyte-mcp: it uses the same login");
  {
    await using second = await startServer(sandbox, folder.path);
    expect((await call(second, "whoami")).identity, "known");
    await findOut(second);
  }
  heading("Done: every answer was as it should be");
}

/** Where the logins of this demo are kept; gone when it is over. */
async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "flyte-mcp-demo-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

type Server = Client & AsyncDisposable;

/** Starts a server with the permissions it needs, and connects to it. */
async function startServer(
  { endpoint, issuer }: Sandbox,
  folder: string,
): Promise<Server> {
  const hosts = [endpoint, issuer?.url ?? ""].map((url) => new URL(url).host);
  const env = {
    FLYTE_ENDPOINT: endpoint,
    FLYTE_PROJECT: "flytesnacks",
    FLYTE_MCP_TOKEN_STORE: folder,
  };
  const args = [
    ...["run", "--quiet", "--no-prompt"],
    ...[`--allow-env=${Object.keys(env)}`, `--allow-net=${hosts}`],
    ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
    MAIN,
  ];
  const variables = Object.entries(env).map((pair) => pair.join("="));
  print(`${variables.join(" ")} \\`);
  print(`  deno ${args.slice(0, -1).join(" ")} main.ts`);
  const client = new Client({ name: "demo", version: "1.0.0" });
  const command = Deno.execPath();
  await client.connect(
    new StdioClientTransport({ command, args, env, stderr: "inherit" }),
  );
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => client.close(),
  });
}

/** Calls a tool, and prints call and result. */
async function call(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
) {
  const result = await client.callTool({ name, arguments: args });
  // The server's results have this shape; what is in them is checked below.
  return printResult(name, args, result as unknown as Result);
}

async function play(client: Client): Promise<void> {
  const asked = await call(client, "whoami");
  expect(asked.status, "login_required");
  heading("The person opens the page, checks the code, and allows it");
  const page = String(
    asked.verification_uri_complete ?? asked.verification_uri,
  );
  print(`${page} → ${await approveDevice(page, String(asked.user_code))}`);
  const status = await call(client, "auth_status", { wait_seconds: 10 });
  expect(status.logged_in, true);

  expect((await call(client, "whoami")).identity, "known");
  expect((await call(client, "list_projects")).status, "ok");
  expect((await call(client, "list_runs", { limit: 5 })).status, "ok");
  const { running, userError, fanOut } = SEEDED.runs;
  const states = [[running, "running"], [userError, "failed"], [
    fanOut,
    "succeeded",
  ]] as const;
  for (const [run, phase] of states) {
    expect((await call(client, "get_run", { run: run.name })).phase, phase);
  }
}

/** What failed since yesterday, and why. */
async function findOut(client: Client): Promise<void> {
  const failed = { phases: ["failed", "timed_out"], since: "24h" };
  expect((await call(client, "list_runs", failed)).status, "ok");
  const { name } = SEEDED.runs.userError;
  const diagnosis = await call(client, "diagnose_run", { run: name });
  expect(diagnosis.class, "user_exception");
  expect(diagnosis.confidence, "high");
}

/** The demo is worth its exit status: each answer is checked. */
function expect(actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`Expected ${expected}, got ${actual}`);
}
