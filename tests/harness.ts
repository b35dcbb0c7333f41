/**
 * A server over a sandbox, called by a real MCP client in memory: what most
 * tests of tools and logins stand on.
 */
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { generateSigningKey } from "../sandbox/issuer/signing_key.ts";
import { approveDevice } from "../sandbox/issuer/person.ts";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../sandbox/mod.ts";
import { createRunCommand } from "../src/auth/command.ts";
import type { AuthMachine } from "../src/auth/factory.ts";
import { listenOnLoopback } from "../src/auth/loopback_listener.ts";
import { type Clock, systemClock } from "../src/clock.ts";
import { resolveConfig } from "../src/config/mod.ts";
import type { Sources } from "../src/config/sources.ts";
import { createFetch } from "../src/http/fetch.ts";
import { openFlyte } from "../src/open.ts";
import { createServer } from "../src/server.ts";
import { TOOLS } from "../src/tools/mod.ts";

/** A tool's answer, with what tests look at. */
export interface Called {
  readonly text: string;
  readonly isError: boolean;
  // Tests read fields by name; a wrong one is undefined and fails them.
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** One key for all issuers of a test file: making one takes a while. */
const signingKey = await generateSigningKey();

/** A clock that runs `times` as fast, so that deadlines pass in a test. */
export function fastClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
}

/** Where settings of a test come from. */
export function testSources(
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): Sources {
  const found = (text: string | undefined) =>
    text === undefined
      ? { kind: "absent" } as const
      : { kind: "found", text } as const;
  return {
    env: (name) => found(env[name]),
    file: (path) => found(files[path]),
    flags: new Map(),
    cwd: "/work",
  };
}

/** The machine of a test: real, but it opens no browser. */
export function testMachine(
  commandEnv?: Readonly<Record<string, string>>,
): AuthMachine {
  return {
    listen: listenOnLoopback,
    openBrowser: () => {},
    run: createRunCommand(() =>
      commandEnv ?? { PATH: Deno.env.get("PATH") ?? "" }
    ),
  };
}

/** What a test connects. */
export interface ServerOptions {
  /** Environment variables over the endpoint. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** What credential commands see. @default {PATH, HOME} */
  readonly commandEnv?: Readonly<Record<string, string>>;
}

/** A connected server. */
export interface TestServer extends AsyncDisposable {
  readonly client: Client;
  /** Everything that was reported for stderr. */
  readonly reports: readonly string[];
  call(tool: string, args?: Record<string, unknown>): Promise<Called>;
}

/** Connects a client to a server for this endpoint, in memory. */
export async function connectServer(
  endpoint: string,
  { env = {}, clock = systemClock, commandEnv }: ServerOptions = {},
): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const reports: string[] = [];
  const resolved = resolveConfig(
    testSources({ FLYTE_ENDPOINT: endpoint, ...env }),
  );
  const fetch = stack.use(createFetch({ caCert: null }));
  let ids = 0;
  let flyte: ReturnType<typeof openFlyte> | undefined;
  const server = createServer({
    version: "0.0.0",
    title: "Flyte (test)",
    instructions: "",
    tools: TOOLS,
    clock,
    report: (message) => reports.push(message),
    open: () =>
      Promise.try(() =>
        flyte ??= openFlyte(resolved, {
          fetch,
          clock,
          newRequestId: () => `test-${++ids}`,
          ...testMachine(commandEnv),
        })
      ),
  });
  stack.defer(() => flyte?.session.authenticator[Symbol.asyncDispose]());
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  const client = new Client({ name: "test", version: "0.0.0" });
  await client.connect(near);
  stack.defer(() => client.close());
  return {
    client,
    reports,
    call: async (name, args = {}) =>
      toCalled(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What a client got, whichever client it was. */
export function toCalled(result: unknown): Called {
  // Clients of both generations answer in this shape.
  const { content, structuredContent, isError } = result as {
    content: { text: string }[];
    structuredContent: unknown;
    isError?: boolean;
  };
  return {
    text: content.map(({ text }) => text).join("\n"),
    data: structuredContent,
    isError: isError === true,
  };
}

/** A sandbox with a server connected to it. */
export interface TestBed extends TestServer {
  readonly sandbox: Sandbox;
  /** Logs in as a person would, through the conversation. */
  logIn(): Promise<void>;
}

/** Starts both; polls every 50 ms, for nobody should wait in a test. */
export async function openTestBed(
  { sandbox: options = {}, ...server }:
    & ServerOptions
    & { sandbox?: Partial<SandboxOptions> } = {},
): Promise<TestBed> {
  const stack = new AsyncDisposableStack();
  const sandbox = stack.use(
    await startSandbox({
      auth: "device",
      ...options,
      issuer: {
        signingKey,
        interval: 0.05,
        enforceInterval: false,
        ...options.issuer,
      },
    }),
  );
  const connected = stack.use(await connectServer(sandbox.endpoint, server));
  const { call, client, reports } = connected;
  return {
    sandbox,
    call,
    client,
    reports,
    logIn: async () => {
      await approve(await call("login"));
      await call("auth_status", { wait_seconds: 10 });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Approves a login that a tool asked for. */
export async function approve(
  { data }: Called,
  options: { deny?: boolean } = {},
): Promise<void> {
  await approveDevice(data.verification_uri, data.user_code, options);
}
