import type { Config } from "../config/mod.ts";
import type { Sources } from "../config/sources.ts";
import { stateFolder } from "../config/token_store.ts";
import type { Clock } from "../clock.ts";
import { openBrowser } from "./browser.ts";
import { createRunCommand } from "./command.ts";
import { commandEnvironment } from "./command_environment.ts";
import type { AuthMachine } from "./factory.ts";
import { createKeychainReader } from "./keychain.ts";
import { listenOnLoopback } from "./loopback_listener.ts";
import { openLogins } from "./store/open_logins.ts";

/** What `main.ts` knows of the machine. */
export interface MachineOptions {
  readonly env: Sources["env"];
  /** Every variable's name, where Deno's permissions show them all. */
  readonly variableNames: () => readonly string[];
  readonly os: typeof Deno.build.os;
  readonly clock: Clock;
  /** Takes what should not happen, for stderr. */
  readonly report: (message: string) => void;
}

/** The real adapters that authenticators work with; nothing is done yet. */
export function openAuthMachine(
  { commandEnv, tokenStore }: Config,
  { env, variableNames, os, clock, report }: MachineOptions,
): AuthMachine {
  const run = createRunCommand(() =>
    commandEnvironment({ env, names: variableNames }, commandEnv)
  );
  const folder = tokenStore?.value ?? stateFolder(env, os);
  return {
    listen: listenOnLoopback,
    openBrowser,
    run,
    logins: openLogins(folder, { clock, report }),
    readKeychain: createKeychainReader({ run, os, now: clock.now, report }),
  };
}
