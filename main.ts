/**
 * flyte-mcp: an MCP server for Flyte 2 over stdio. This file alone reads
 * arguments and environment, prints and exits; everything else gets values.
 */
import process from "node:process";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import manifest from "./deno.json" with { type: "json" };
import type { startSandbox } from "./sandbox/mod.ts";
import { systemClock } from "./src/clock.ts";
import { type CommandLine, parseCommandLine } from "./src/config/flags.ts";
import { resolveConfig, type ResolvedConfig } from "./src/config/mod.ts";
import type { Lookup, Sources } from "./src/config/sources.ts";
import { helpText } from "./src/help.ts";
import { createFetch } from "./src/http/fetch.ts";
import { buildInstructions } from "./src/instructions.ts";
import { openFlyte } from "./src/open.ts";
import { createServer, type Flyte } from "./src/server.ts";
import { createStdioTransport, divertPrinting } from "./src/stdio.ts";
import { TOOLS } from "./src/tools/mod.ts";

function main(): void {
  const line = parseCommandLine(Deno.args);
  switch (line.action) {
    case "help":
      return print(helpText(manifest.version));
    case "version":
      return print(`${manifest.version}\n`);
    case "serve":
      return serve(line);
  }
}

/** Serves until the host closes stdin or ends the process. */
function serve(line: CommandLine): void {
  const output = Deno.stdout.writable;
  divertPrinting(globalThis.console, process);
  const resources = new AsyncDisposableStack();
  const resolved = resolveConfig(sourcesOf(line), line.faults);
  if (!line.sandbox) resolved.notices.forEach(report);
  let flyte: Promise<Flyte> | undefined;
  const open = () =>
    flyte ??= line.sandbox
      ? openSandbox(line, resources)
      : openConfigured(resolved, resources);
  const options = {
    version: manifest.version,
    tools: TOOLS,
    clock: systemClock,
    open,
    report,
    ...introduction(line, resolved),
  };
  const handle = serveStdio(() => createServer(options), {
    transport: createStdioTransport({ input: Deno.stdin.readable, output }, {
      report,
      onEnd: end,
    }),
    onerror: (error) =>
      report(`A message was not understood: ${error.message}`),
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

function openConfigured(
  resolved: ResolvedConfig,
  resources: AsyncDisposableStack,
): Promise<Flyte> {
  const { caCert } = resolved.config;
  const fetch = resources.use(createFetch({ caCert: caCert?.value ?? null }));
  // A fault of the configuration is an answer, not a crash.
  const flyte = Promise.try(openFlyte, resolved, {
    fetch,
    clock: systemClock,
    newRequestId: () => crypto.randomUUID(),
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

function introduction(line: CommandLine, { config }: ResolvedConfig) {
  const { endpoint, project, domain } = config;
  const host = endpoint ? new URL(endpoint.value).host : "not configured";
  return {
    title: `Flyte (${line.sandbox ? "sandbox" : host})`,
    instructions: buildInstructions({
      flyte: line.sandbox
        ? "Flyte 2 sandbox, embedded, with made-up data"
        : `Flyte 2 at ${endpoint?.value ?? "no endpoint yet"}`,
      scope: line.sandbox
        ? { project: "flytesnacks", domain: "development" }
        : { project: project?.value ?? null, domain: domain.value },
      tools: new Set(TOOLS.map(({ name }) => name)),
    }),
  };
}

function sourcesOf({ flags }: CommandLine): Sources {
  return { env: readEnv, file: readFile, flags, cwd: workingFolder() };
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

function readFile(path: string): Lookup {
  try {
    return { kind: "found", text: Deno.readTextFileSync(path) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return { kind: "absent" };
    return { kind: "denied", grant: `--allow-read=${path}` };
  }
}

function workingFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    // Without the permission, or in a folder that was removed.
    return "/";
  }
}

function report(message: string): void {
  const line = `flyte-mcp: ${message.replace(/\s+/g, " ").slice(0, 1000)}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) main();
