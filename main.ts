/**
 * flyte-mcp: an MCP server for Flyte 2 over stdio. This file alone reads
 * arguments and environment, prints and exits; everything else gets values.
 */
import process from "node:process";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import manifest from "./deno.json" with { type: "json" };
import type { startSandbox } from "./sandbox/mod.ts";
import { systemClock } from "./src/clock.ts";
import { readFile, workingFolder } from "./src/config/disk.ts";
import { type CommandLine, parseCommandLine } from "./src/config/flags.ts";
import { withThisMachine } from "./src/config/proxy.ts";
import { type Lookup, textOf } from "./src/config/sources.ts";
import { reportText } from "./src/doctor/report_text.ts";
import { helpText } from "./src/help.ts";
import { introduction } from "./src/instructions.ts";
import { createOpener, type Opener, type Shell } from "./src/opener.ts";
import { permissionsText, withoutLogin } from "./src/permissions.ts";
import { createServer, type ServerOptions } from "./src/server.ts";
import {
  readSettings,
  sandboxSettings,
  type Settings,
} from "./src/settings.ts";
import { createStdioTransport, divertPrinting, logLine } from "./src/stdio.ts";
import { newMarker, presentAll } from "./src/text.ts";

function main(): void {
  const line = parseCommandLine(Deno.args);
  switch (line.action) {
    case "help":
      return print(helpText(manifest.version));
    case "version":
      return print(`${manifest.version}\n`);
    case "permissions":
      return void printPermissions(line);
    case "doctor":
      return void printDiagnosis(line);
    case "serve":
      return serve(line);
  }
}

/** Asks the control plane which hosts a login needs, where it answers. */
async function printPermissions(line: CommandLine): Promise<void> {
  const settings = settingsOf(line);
  const { sources, resolved } = settings;
  await using opener = createOpener(
    () => ({ ...settings, resolved: withoutLogin(resolved) }),
    SHELL,
  );
  const published = await opener.open()
    .then(({ session }) => session.store.get(AbortSignal.timeout(10_000)))
    .catch(() => null);
  const main = new URL(import.meta.url).pathname;
  const options = { sources, published, main, os: Deno.build.os };
  print(permissionsText(resolved, options));
}

/** Checks what calls depend on; the exit status says whether any check fails. */
async function printDiagnosis(line: CommandLine): Promise<void> {
  divertPrinting(globalThis.console, process);
  const opener = openerOf(line);
  const diagnosis = await opener.diagnose(new AbortController().signal);
  const shown = presentAll(diagnosis, newMarker());
  print(
    line.json ? `${JSON.stringify(shown, null, 2)}\n` : reportText(shown),
  );
  await opener[Symbol.asyncDispose]().catch(() => {});
  // A program that a check was late for is not waited for.
  Deno.exit(diagnosis.status === "fail" ? 1 : 0);
}

/** Serves until the host closes stdin or ends the process. */
function serve(line: CommandLine): void {
  const output = Deno.stdout.writable;
  divertPrinting(globalThis.console, process);
  const opener = openerOf(line);
  const options = serverOptions(line, opener);
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
    await opener[Symbol.asyncDispose]().catch(() => {});
    Deno.exit(0);
  }
}

function serverOptions(
  line: CommandLine,
  { open, diagnose }: Opener,
): ServerOptions {
  const isSandbox = line.sandbox !== null;
  const { resolved, tools } = isSandbox
    ? sandboxSettings(line)
    : settingsOf(line);
  if (!isSandbox) resolved.notices.forEach(report);
  const names = tools.map(({ name }) => name);
  return {
    ...{ version: manifest.version, tools, clock: systemClock },
    ...{ report, open, diagnose },
    maxResultBytes: resolved.config.maxResultBytes.value,
    ...introduction(resolved.config, { isSandbox, tools: names }),
  };
}

function openerOf(line: CommandLine): Opener {
  return createOpener(
    (resources) =>
      line.sandbox ? startedSandbox(line, resources) : settingsOf(line),
    SHELL,
  );
}

/** The sandbox is loaded from a computed address: who does not use it, does not fetch it. */
async function startedSandbox(
  line: CommandLine,
  resources: AsyncDisposableStack,
): Promise<Settings> {
  callMachineDirectly();
  const address = new URL("./sandbox/mod.ts", import.meta.url).href;
  const sandbox: { startSandbox: typeof startSandbox } = await import(address);
  const auth = line.sandbox ?? "device";
  const { endpoint } = resources.use(
    await sandbox.startSandbox({ auth, executor: true }),
  );
  return sandboxSettings(line, endpoint);
}

/** No proxy gets to see calls to this machine; Deno has no other way to say so. */
function callMachineDirectly(): void {
  const [upper, lower] = [readEnv("NO_PROXY"), readEnv("no_proxy")];
  if (upper.kind === "denied" || lower.kind === "denied") return;
  Deno.env.set("NO_PROXY", withThisMachine(textOf(upper) ?? textOf(lower)));
}

function settingsOf({ flags, faults }: CommandLine): Settings {
  const sources = { env: readEnv, file: readFile, flags, cwd: workingFolder() };
  return readSettings(sources, faults);
}

/** Every variable's name, where Deno's permissions show them all. */
function variableNames(): string[] {
  const { state } = Deno.permissions.querySync({ name: "env" });
  return state === "granted" ? Object.keys(Deno.env.toObject()) : [];
}

/** A variable that Deno hides reads as not set, so the permission is asked. */
function readEnv(name: string): Lookup {
  // No variable has such a name, and Deno throws when it is asked for one.
  if (name === "" || /[=\0]/.test(name)) return { kind: "absent" };
  const permission = { name: "env", variable: name } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") {
    return { kind: "denied", grant: `--allow-env=${name}` };
  }
  const text = Deno.env.get(name);
  return text === undefined ? { kind: "absent" } : { kind: "found", text };
}

function report(message: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(logLine(message)));
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** What only this file can do. */
const SHELL: Shell = {
  version: manifest.version,
  env: readEnv,
  ...{ variableNames, callMachineDirectly, report },
};

if (import.meta.main) main();
