/**
 * Servers as hosts start them: a process of its own over stdio, with the
 * permissions that are documented, called by real clients of both generations.
 */
import { Client, type ClientCapabilities } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
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

/** What a host was asked to put before the person. */
export interface Elicited {
  readonly mode: string;
  readonly url: string;
  readonly message: string;
  readonly elicitationId?: string;
}

/** What a host can do besides calling tools. */
export interface HostOptions {
  readonly generation?: Generation;
  readonly capabilities?: ClientCapabilities;
  /** What the person does; the signal ends when nobody waits any more. */
  readonly onElicit?: (
    elicited: Elicited,
    signal: AbortSignal,
  ) => Promise<{ action: "accept" | "decline" | "cancel" }>;
}

/** How a server is started. */
export interface SpawnOptions extends HostOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The server's own flags. */
  readonly args?: readonly string[];
  /** Deno's flags. @default {["-P"]} */
  readonly permissions?: readonly string[];
  readonly cwd?: string;
  /** A command line for a shell, in place of all but the environment. */
  readonly line?: string;
}

/** A running server with a client. */
export interface Spawned extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
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
  const { generation } = options;
  const [command, ...args] = options.line
    ? ["sh", "-c", `exec ${options.line}`]
    : [Deno.execPath(), ...commandLine(options)];
  const parameters = {
    command,
    args,
    env: {
      // A test that keeps logins says where; nobody's own are touched.
      FLYTE_MCP_TOKEN_STORE: "memory",
      ...options.env,
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
  const client = newClient(options);
  await client.connect(transport);
  // A client that knows the output schemas validates errors against them too.
  await client.listTools();
  return {
    client,
    pid: transport.pid ?? 0,
    stderr: () => stderr,
    call: async (name, args = {}) =>
      toCalled(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A client that is not connected yet. */
export function newClient(
  { generation = "legacy", capabilities = {}, onElicit }: HostOptions,
): Client {
  const info = { name: `${generation}-client`, version: "0.0.0" };
  if (generation === "old") {
    const client = new OldClient(info, { capabilities });
    if (onElicit) {
      client.setRequestHandler(
        ElicitRequestSchema,
        // The old SDK's deep imports have no types under Deno.
        (
          { params }: { params: Elicited },
          { signal }: { signal: AbortSignal },
        ) => onElicit(params, signal),
      );
    }
    return client;
  }
  const pin = { versionNegotiation: { mode: { pin: "2026-07-28" } } };
  const client = new Client(info, {
    capabilities,
    ...(generation === "modern" && pin),
  });
  if (onElicit) {
    client.setRequestHandler(
      "elicitation/create",
      // The tests that count what was asked look at every field of it.
      ({ params }, { mcpReq }) => onElicit(params as Elicited, mcpReq.signal),
    );
  }
  return client;
}

async function findDenoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
