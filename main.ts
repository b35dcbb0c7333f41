/**
 * flyte-mcp: an MCP server for Flyte 2 over stdio. This file alone reads
 * arguments and environment, prints and exits; everything else gets values.
 */
import process from "node:process";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import manifest from "./deno.json" with { type: "json" };
import type { startSandbox } from "./sandbox/mod.ts";
import { openBrowser } from "./src/auth/browser.ts";
import { createRunCommand } from "./src/auth/command.ts";
import { commandEnvironment } from "./src/auth/command_environment.ts";
import { listenOnLoopback } from "./src/auth/loopback_listener.ts";
import { systemClock } from "./src/clock.ts";
import { readFile, workingFolder } from "./src/config/disk.ts";
import { type CommandLine, parseCommandLine } from "./src/config/flags.ts";
import { resolveConfig, type ResolvedConfig } from "./src/config/mod.ts";
import type { Lookup, Sources } from "./src/config/sources.ts";
import { helpText } from "./src/help.ts";
import { probeCertificate } from "./src/http/certificate_probe.ts";
import { createFetch } from "./src/http/fetch.ts";
import { introduction } from "./src/instructions.ts";
import { openFlyte } from "./src/open.ts";
import { permissionsText } from "./src/permissions.ts";
import { createServer, type Flyte, type ServerOptions } from "./src/server.ts";
import { createStdioTransport, divertPrinting } from "./src/stdio.ts";
import { TOOLS } from "./src/tools/mod.ts";

function main(): void {
  const line = parseCommandLine(Deno.args);
  switch (line.action) {
    case "help":
      return print(helpText(manifest.version));
    case "version":
      return print(`${manifest.version}\n`);
    case "permissions":
      return void printPermissions(line);
    case "serve":
      return serve(line);
  }
}

/** Asks the control plane which hosts a login needs, where it answers. */
async function printPermissions(line: CommandLine): Promise<void> {
  const sources = sourcesOf(line);
  const resolved = resolveConfig(sources, line.faults);
  await using resources = new AsyncDisposableStack();
  const published = await openConfigured(resolved, resources)
    .then(({ session }) => session.store.get(AbortSignal.timeout(10_000)))
    .catch(() => null);
  const main = new URL(import.meta.url).pathname;
  const { os } = Deno.build;
  print(permissionsText(resolved, { sources, published, main, os }));
}

/** Serves until the host closes stdin or ends the process. */
function serve(line: CommandLine): void {
  const output = Deno.stdout.writable;
  divertPrinting(globalThis.console, process);
  const resources = new AsyncDisposableStack();
  const options = serverOptions(line, resources);
  const handle = serveStdio(() => createServer(options), {
    transport: createStdioTransport({ input: Deno.stdin.readable, output }, {
      report,
      onEnd: end,
    }),
    onerror: (error) => report(`Not understood: ${error.message}`),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, end);
  }

  let ending = false;
  async function end() {
    if (ending) return;
    ending = true;
    await handle.close().catch(() => {});
    await resources.disposeAsync().catch(() => {});
    Deno.exit(0);
  }
}

function serverOptions(
  line: CommandLine,
  resources: AsyncDisposableStack,
): ServerOptions {
  const resolved = resolveConfig(sourcesOf(line), line.faults);
  if (!line.sandbox) resolved.notices.forEach(report);
  const tools = TOOLS.map(({ name }) => name);
  const isSandbox = line.sandbox !== null;
  let flyte: Promise<Flyte> | undefined;
  return {
    version: manifest.version,
    tools: TOOLS,
    clock: systemClock,
    report,
    open: () =>
      flyte ??= line.sandbox
        ? openSandbox(line, resources)
        : openConfigured(resolved, resources),
    ...introduction(resolved.config, { isSandbox, tools }),
  };
}

function openConfigured(
  resolved: ResolvedConfig,
  resources: AsyncDisposableStack,
): Promise<Flyte> {
  const { caCert, proxy, commandEnv } = resolved.config;
  const fetch = resources.use(createFetch({
    caCert: caCert?.value ?? null,
    // Deno's fetch follows the environment's own proxies by itself.
    proxy: proxy && !proxy.value.isAmbient ? proxy.value.url.reveal() : null,
    probe: probeCertificate,
  }));
  // A fault of the configuration is an answer, not a crash.
  const flyte = Promise.try(openFlyte, resolved, {
    fetch,
    clock: systemClock,
    newRequestId: () => crypto.randomUUID(),
    listen: listenOnLoopback,
    openBrowser,
    run: createRunCommand(() =>
      commandEnvironment({ env: readEnv, names: variableNames }, commandEnv)
    ),
  });
  return flyte.then((opened) => {
    resources.use(opened.session.authenticator);
    return opened;
  });
}

/** The sandbox is loaded from a computed address: who does not use it, does not fetch it. */
async function openSandbox(
  line: CommandLine,
  resources: AsyncDisposableStack,
): Promise<Flyte> {
  const address = new URL("./sandbox/mod.ts", import.meta.url).href;
  const sandbox: { startSandbox: typeof startSandbox } = await import(address);
  const { endpoint } = resources.use(
    await sandbox.startSandbox({ auth: line.sandbox ?? "device" }),
  );
  const flags = new Map([["project", "flytesnacks"], ...line.flags, [
    "endpoint",
    endpoint,
  ]]);
  const resolved = resolveConfig({ ...NO_SOURCES, flags }, line.faults);
  return await openConfigured(resolved, resources);
}

/** The sandbox is not to be mixed with settings for a real Flyte. */
const NO_SOURCES: Omit<Sources, "flags"> = {
  env: () => ({ kind: "absent" }),
  file: () => ({ kind: "absent" }),
  cwd: "/",
};

function sourcesOf({ flags }: CommandLine): Sources {
  return { env: readEnv, file: readFile, flags, cwd: workingFolder() };
}

/** Every variable's name, where Deno's permissions show them all. */
function variableNames(): string[] {
  const { state } = Deno.permissions.querySync({ name: "env" });
  return state === "granted" ? Object.keys(Deno.env.toObject()) : [];
}

/** A variable that Deno hides reads as not set, so the permission is asked. */
function readEnv(name: string): Lookup {
  const permission = { name: "env", variable: name } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") {
    return { kind: "denied", grant: `--allow-env=${name}` };
  }
  const text = Deno.env.get(name);
  return text === undefined ? { kind: "absent" } : { kind: "found", text };
}

function report(message: string): void {
  const line = `flyte-mcp: ${message.replace(/\s+/g, " ").slice(0, 1000)}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) main();
