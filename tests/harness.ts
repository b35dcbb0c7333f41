/**
 * A server over a sandbox, called by a real MCP client in memory: what most
 * tests of tools and logins stand on.
 */
import { Client } from "@modelcontextprotocol/client";
import {
  InMemoryTransport,
  type McpServer,
} from "@modelcontextprotocol/server";
import { generateSigningKey } from "../sandbox/issuer/signing_key.ts";
import { approveDevice } from "../sandbox/issuer/person.ts";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../sandbox/mod.ts";
import { createRunCommand } from "../src/auth/command.ts";
import type { AuthMachine } from "../src/auth/factory.ts";
import type { ReadKeychain } from "../src/auth/keychain.ts";
import type { LoginStore } from "../src/auth/store/login_store.ts";
import { MemoryLoginStore } from "../src/auth/store/memory_login_store.ts";
import { listenOnLoopback } from "../src/auth/loopback_listener.ts";
import { type Clock, systemClock } from "../src/clock.ts";
import type { Sources } from "../src/config/sources.ts";
import { probeCertificate } from "../src/http/certificate_probe.ts";
import { createFetch, type Fetch } from "../src/http/fetch.ts";
import { openFlyte } from "../src/open.ts";
import { diagnose } from "../src/doctor/mod.ts";
import { createServer } from "../src/server.ts";
import { readSettings } from "../src/settings.ts";

/** A tool's answer, with what tests look at. */
export interface Called {
  readonly text: string;
  readonly isError: boolean;
  // Tests read fields by name; a wrong one is undefined and fails them.
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** One key for all issuers of a test file, if it has any: it takes a while. */
let signingKey: ReturnType<typeof generateSigningKey> | undefined;

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
  {
    commandEnv,
    logins = new MemoryLoginStore(),
    readKeychain = () => Promise.resolve(null),
  }: {
    commandEnv?: Readonly<Record<string, string>> | undefined;
    logins?: LoginStore;
    readKeychain?: ReadKeychain;
  } = {},
): AuthMachine {
  return {
    listen: listenOnLoopback,
    openBrowser: () => {},
    logins,
    readKeychain,
    run: createRunCommand(() =>
      commandEnv ?? { PATH: Deno.env.get("PATH") ?? "" }
    ),
  };
}

/** What a test connects. */
export interface ServerOptions {
  /** Environment variables over the endpoint; all tools are there unless they say which. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts of files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** What credential commands see. @default {PATH, HOME} */
  readonly commandEnv?: Readonly<Record<string, string>>;
  /** Where logins are kept. @default memory of this server's own */
  readonly logins?: LoginStore;
  /** The Flyte CLI's login. @default none */
  readonly readKeychain?: ReadKeychain;
  /** The way to the network. @default the real one */
  readonly fetch?: Fetch;
  /** Connects a client to servers made so. @default by `initialize` */
  readonly connect?: (create: () => McpServer) => Promise<Client>;
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
  {
    env = {},
    files = {},
    clock = systemClock,
    fetch: given,
    connect = connectClient,
    ...machine
  }: ServerOptions = {},
): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const reports: string[] = [];
  const everything = env.FLYTE_MCP_TOOLS ? {} : { FLYTE_MCP_TOOLSETS: "all" };
  const sources = testSources(
    { FLYTE_ENDPOINT: endpoint, ...everything, ...env },
    files,
  );
  const { resolved, tools } = readSettings(sources);
  const { caCert, proxies } = resolved.config;
  const fetch = given ?? stack.use(createFetch({
    caCert: caCert?.value ?? null,
    proxies,
    probe: probeCertificate,
  }));
  let ids = 0;
  let flyte: ReturnType<typeof openFlyte> | undefined;
  const adapters = {
    fetch,
    clock,
    newRequestId: () => `test-${++ids}`,
    ...testMachine(machine),
  };
  const open = () => Promise.try(() => flyte ??= openFlyte(resolved, adapters));
  const options = {
    version: "0.0.0",
    title: "Flyte (test)",
    instructions: "",
    tools,
    clock,
    maxResultBytes: resolved.config.maxResultBytes.value,
    report: (message: string) => reports.push(message),
    open,
    diagnose: async (signal: AbortSignal) => {
      const opened = await open().catch(() => null);
      return await diagnose({
        ...{ version: "0.0.0", os: "linux", resolved, sources },
        machine: adapters,
        authenticator: opened?.session.authenticator ?? null,
        isGranted: () => true,
        resolveHost: () => Promise.resolve(["127.0.0.1"]),
        probe: probeCertificate,
      }, signal);
    },
  };
  stack.defer(() => flyte?.session.authenticator[Symbol.asyncDispose]());
  const client = await connect(() => createServer(options));
  stack.defer(() => client.close());
  return {
    client,
    reports,
    call: async (name, args = {}) =>
      toCalled(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function connectClient(create: () => McpServer): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await create().connect(far);
  const client = new Client({ name: "test", version: "0.0.0" });
  await client.connect(near);
  return client;
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
        ...options.auth === "open"
          ? {}
          : { signingKey: await (signingKey ??= generateSigningKey()) },
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
