/**
 * Servers as hosts start them: a process of its own over stdio, with the
 * permissions that are documented, called by real clients of both generations.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type Called, toCalled } from "../harness.ts";

/** The server's entry point. */
export const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/**
 * `modern`: revision 2026-07-28; `legacy`: the same SDK with `initialize`;
 * `old`: the SDK that most hosts embed today.
 */
export const GENERATIONS = ["modern", "legacy", "old"] as const;

/** Deno's cache, which must not move when a test gives another HOME. */
export const DENO_DIR = await findDenoDir();

/** Which client a test plays. */
export type Generation = typeof GENERATIONS[number];

/** How a server is started. */
export interface SpawnOptions {
  readonly generation?: Generation;
  readonly env?: Readonly<Record<string, string>>;
  /** The server's own flags. */
  readonly args?: readonly string[];
  /** Deno's flags. @default {["-P"]} */
  readonly permissions?: readonly string[];
  readonly cwd?: string;
}

/** A running server with a client. */
export interface Spawned extends AsyncDisposable {
  readonly client: Client;
  /** What it has written to stderr so far. */
  stderr(): string;
  call(tool: string, args?: Record<string, unknown>): Promise<Called>;
}

/** The command line of a server. */
export function commandLine(
  { args = [], permissions = ["-P"] }: SpawnOptions,
): string[] {
  return ["run", "--quiet", "--no-prompt", ...permissions, MAIN, ...args];
}

/** Starts a server and connects to it. */
export async function spawnServer(
  options: SpawnOptions = {},
): Promise<Spawned> {
  const { generation = "legacy" } = options;
  const coverage = Deno.env.get("DENO_COVERAGE_DIR");
  const parameters = {
    command: Deno.execPath(),
    args: commandLine(options),
    // An empty coverage folder would make the child write into its own.
    env: {
      ...options.env,
      ...(coverage && { DENO_COVERAGE_DIR: coverage }),
      DENO_DIR,
    },
    stderr: "pipe" as const,
    ...(options.cwd && { cwd: options.cwd }),
  };
  const transport = generation === "old"
    ? new OldStdioClientTransport(parameters)
    : new StdioClientTransport(parameters);
  let stderr = "";
  transport.stderr?.on("data", (chunk: Uint8Array) => {
    stderr += new TextDecoder().decode(chunk);
  });
  const client: Client = newClient(generation);
  await client.connect(transport);
  // A client that knows the output schemas validates errors against them too.
  await client.listTools();
  return {
    client,
    stderr: () => stderr,
    call: async (name, args = {}) =>
      toCalled(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function newClient(generation: Generation): Client {
  const info = { name: `${generation}-client`, version: "0.0.0" };
  switch (generation) {
    case "modern":
      return new Client(info, {
        versionNegotiation: { mode: { pin: "2026-07-28" } },
      });
    case "legacy":
      return new Client(info);
    case "old":
      // The old SDK's deep imports have no types under Deno; the calls are the same.
      return new OldClient(info);
  }
}

async function findDenoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
