import { lookup } from "node:dns/promises";
import { openAuthMachine } from "./auth/machine.ts";
import { systemClock } from "./clock.ts";
import type { Config } from "./config/mod.ts";
import { isProxied } from "./config/proxy.ts";
import type { Sources } from "./config/sources.ts";
import { diagnose, type Diagnosis } from "./doctor/mod.ts";
import { probeCertificate } from "./http/certificate_probe.ts";
import { createFetch } from "./http/fetch.ts";
import { type Machine, openFlyte } from "./open.ts";
import type { Flyte } from "./server.ts";
import type { Settings } from "./settings.ts";

/** What `main.ts` alone can do. */
export interface Shell {
  readonly version: string;
  readonly env: Sources["env"];
  /** Every variable's name, where Deno's permissions show them all. */
  readonly variableNames: () => readonly string[];
  /** Has no proxy see calls to this machine. */
  readonly callMachineDirectly: () => void;
  /** Takes what should not happen, for stderr. */
  readonly report: (message: string) => void;
}

/** Flyte, and the doctor that looks at the way to it. */
export interface Opener {
  [Symbol.asyncDispose](): Promise<void>;
  /** @throws {ToolError} when the configuration cannot be used */
  open(): Promise<Flyte>;
  /** Never rejects for what is wrong with the configuration. */
  diagnose(signal: AbortSignal): Promise<Diagnosis>;
}

/**
 * Makes both; nothing is read or opened before one of them is asked.
 *
 * @param read gives the settings; what it opens is closed last
 */
export function createOpener(
  read: (resources: AsyncDisposableStack) => Settings | Promise<Settings>,
  shell: Shell,
): Opener {
  const resources = new AsyncDisposableStack();
  let machine: Promise<Settings & { machine: Machine }> | undefined;
  let flyte: Promise<Flyte> | undefined;
  const prepare = () =>
    machine ??= Promise.try(read, resources).then((settings) => ({
      ...settings,
      machine: openMachine(settings.resolved.config, { shell, resources }),
    }));
  const open = () =>
    flyte ??= prepare().then(({ resolved, machine }) => {
      const opened = openFlyte(resolved, machine);
      resources.use(opened.session.authenticator);
      return opened;
    });
  return {
    open,
    async diagnose(signal) {
      const prepared = await prepare();
      // What keeps it from being opened is the first thing that is told.
      const opened = await open().catch(() => null);
      return await diagnose({
        ...prepared,
        version: shell.version,
        os: Deno.build.os,
        authenticator: opened?.session.authenticator ?? null,
        isGranted: (permission) =>
          Deno.permissions.querySync(permission).state === "granted",
        resolveHost,
        probe: probeCertificate,
      }, signal);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function openMachine(
  config: Config,
  { shell, resources }: { shell: Shell; resources: AsyncDisposableStack },
): Machine {
  const { caCert, proxies } = config;
  if (isProxied(proxies)) shell.callMachineDirectly();
  const fetch = resources.use(createFetch({
    caCert: caCert?.value ?? null,
    proxies,
    probe: probeCertificate,
  }));
  return {
    fetch,
    clock: systemClock,
    newRequestId: () => crypto.randomUUID(),
    ...openAuthMachine(config, {
      ...shell,
      os: Deno.build.os,
      clock: systemClock,
    }),
  };
}

/** As the system's own resolver has it, which connections use as well. */
async function resolveHost(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}
