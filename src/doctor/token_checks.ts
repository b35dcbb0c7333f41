import type { AuthStatus, TokenStatus } from "../auth/authenticator.ts";
import type { ClientConfig } from "../auth/client_config.ts";
import { createKeychainReader } from "../auth/keychain.ts";
import { nobodyToAsk } from "../auth/login_failures.ts";
import { isForPeople } from "../config/auth_type.ts";
import { nameOf } from "../text.ts";
import { type Finding, ok, skipped, warn } from "./finding.ts";
import type { Patient } from "./subject.ts";

/** Which token is in hand, from where, and until when. */
export async function checkToken(
  { authenticator, config, endpoint, machine }: Patient,
  { published, signal }: {
    /** What the control plane publishes; `null`: it could not be asked. */
    published: (signal: AbortSignal) => Promise<ClientConfig | null>;
    signal: AbortSignal;
  },
): Promise<Finding> {
  if (!authenticator) {
    return skipped("Not looked at: the configuration has faults.");
  }
  await authenticator.look(signal);
  const status = authenticator.status();
  const now = machine.clock.now();
  if (status.token) return describeToken(status.token, now);
  if (status.pending) return pendingLogin(status.pending, now);
  const login = await published(signal);
  if (!login) return skipped("None is in hand.");
  if (!login.hasLogin) return skipped("None, and no login is published.");
  if (!isForPeople(config.authType?.value)) return skipped("None was given.");
  const { interactive } = config;
  if (interactive.value === "never") {
    throw nobodyToAsk(endpoint.value, interactive);
  }
  const before = status.failure || status.ended
    ? " The last login did not end well; auth_status tells why."
    : "";
  return warn(
    `Nobody is logged in.${before}`,
    "Any tool that needs a login starts one.",
  );
}

/** Whether logins can be kept where they should be. */
export async function checkStore(
  { config, machine: { logins } }: Patient,
): Promise<Finding> {
  if (!isForPeople(config.authType?.value)) {
    return skipped(`Not used: ${config.authType?.value} keeps no login.`);
  }
  const why = await logins.check();
  const { kept } = logins.place;
  if (why !== null) {
    return warn(why, `"main.ts permissions" prints the whole command line.`);
  }
  return /^memory/.test(kept)
    ? ok(`Logins are kept in the ${kept}.`)
    : ok(`Logins are kept in ${nameOf(kept)}, which can be written.`);
}

/** Whether the Flyte CLI's login can be read. */
export async function checkKeychain(
  { config, endpoint, os, machine: { run, clock } }: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  if (!config.keychain?.value) return skipped("Not asked for.");
  const said: string[] = [];
  const read = createKeychainReader({
    ...{ run, os, now: clock.now },
    report: (message) => void said.push(message),
  });
  const token = await read(endpoint.value, signal);
  const source = nameOf(config.keychain.source);
  if (said.length > 0) {
    return warn(
      said.join(" "),
      `Correct that, or take ${source} out of the settings.`,
    );
  }
  if (token === null) {
    return ok("It can be read, and has no login of the Flyte CLI for this.");
  }
  return ok(
    `The Flyte CLI's login can be read${until(token, clock.now())}.`,
  );
}

function describeToken(token: TokenStatus, now: number): Finding {
  const from = token.issuerHost ? ` of ${nameOf(token.issuerHost)}` : "";
  const text = `A token from ${nameOf(token.source)}${from}${
    until(token, now)
  }`;
  if (token.renewable) return ok(`${text}, renewed by itself.`);
  const hasEnded = token.expiresAt !== null && token.expiresAt <= now;
  return hasEnded
    ? warn(`${text}.`, `Renew it: ${nameOf(token.source)}.`)
    : ok(`${text}.`);
}

function pendingLogin(
  { method, startedAt, expiresAt }: NonNullable<AuthStatus["pending"]>,
  now: number,
): Finding {
  const minutes = (ms: number) => Math.max(0, Math.round(ms / 60_000));
  return warn(
    `A ${method} login waits for a person since ${
      minutes(now - startedAt)
    } min, for ${minutes(expiresAt - now)} more.`,
    "Call login to see what the person must do.",
  );
}

function until(
  { expiresAt }: { expiresAt: number | null },
  now: number,
): string {
  if (expiresAt === null) return ", which does not say until when";
  const time = new Date(expiresAt).toISOString().slice(0, 19) + "Z";
  return expiresAt <= now ? `, ended ${time}` : `, until ${time}`;
}
