import { readFlyteCliToken } from "./flyte_cli_token.ts";
import type { CommandResult, RunCommand } from "./command.ts";
import type { Token } from "./token.ts";

/** Gives the Flyte CLI's access token for an endpoint; `null`: none is there. */
export type ReadKeychain = (
  endpoint: string,
  signal: AbortSignal,
) => Promise<Token | null>;

/** A locked keychain asks the person; nobody may see that, so not for long. */
const TIMEOUT_MS = 20_000;

/** The account under which Flyte's Python SDK keeps a login. */
const ACCOUNT = "tokens";

/** How a platform's own program is asked, and what it exits with for "none". */
interface KeychainProgram {
  readonly argv: (service: string) => readonly string[];
  readonly notFound: number;
}

const PROGRAMS: Partial<Record<typeof Deno.build.os, KeychainProgram>> = {
  darwin: {
    argv: (service) => [
      ...["/usr/bin/security", "find-generic-password"],
      ...["-s", service, "-a", ACCOUNT, "-w"],
    ],
    notFound: 44,
  },
  linux: {
    argv: (service) => [
      ...["secret-tool", "lookup", "service", service, "username", ACCOUNT],
    ],
    notFound: 1,
  },
};

/** The program that reads the keychain; `null`: there is none for this. */
export function keychainProgram(os: typeof Deno.build.os): string | null {
  return PROGRAMS[os]?.argv("")[0] ?? null;
}

/** What reading a keychain needs. */
export interface KeychainOptions {
  readonly run: RunCommand;
  readonly os: typeof Deno.build.os;
  readonly now: () => number;
  /** Takes what should not happen, for stderr. */
  readonly report: (message: string) => void;
}

/**
 * Makes the reader of the login that the Flyte CLI keeps in the platform's
 * keychain. Its access token is used as long as it is valid; its refresh token
 * is never touched, for the CLI would lose it. What goes wrong is said once,
 * and is no reason to stop.
 */
export function createKeychainReader(
  { run, os, now, report }: KeychainOptions,
): ReadKeychain {
  let isReported = false;
  const giveUp = (why: string) => {
    if (!isReported) {
      report(`The Flyte CLI's login was not read: ${why}. Going on without.`);
    }
    isReported = true;
    return null;
  };
  const program = PROGRAMS[os];
  return async (endpoint, signal) => {
    if (!program) return giveUp(`there is no way to on ${os}`);
    const argv = program.argv(endpoint.replace(/^\w+:\/\//, ""));
    const result = await run(argv, { timeoutMs: TIMEOUT_MS, signal });
    const failure = failureOf(result, { ...program, program: argv[0] ?? "" });
    if (failure !== null) return giveUp(failure);
    if (result.kind !== "ended" || result.code !== 0) return null;
    const token = readFlyteCliToken(result.stdout, now());
    return token ?? giveUp("the entry is not what the Flyte CLI writes");
  };
}

/** Half a sentence on what went wrong; `null`: nothing. */
function failureOf(
  result: CommandResult,
  { program, notFound }: { program: string; notFound: number },
): string | null {
  switch (result.kind) {
    case "not_found":
      return `${program} is not installed`;
    case "not_permitted":
      return `Deno's permissions do not let this server run it (--allow-run=${program})`;
    case "timeout":
      return `${program} gave no answer for ${
        TIMEOUT_MS / 1000
      } s; is the keychain locked?`;
    case "ended": {
      const { code, stdout, stderr } = result;
      // secret-tool has one status for "none" and for "failed".
      const isNone = code === notFound && stdout === "" &&
        (program.endsWith("security") || stderr.trim() === "");
      return code === 0 || isNone
        ? null
        : `${program} failed (exit ${code}); is the keychain locked?`;
    }
  }
}
