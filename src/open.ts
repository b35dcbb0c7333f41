import { overrideOf } from "./auth/client_config.ts";
import { type AuthMachine, createAuthenticator } from "./auth/factory.ts";
import { withProxyAuthorization } from "./auth/proxy_authorization.ts";
import { createClientSet } from "./client/client_set.ts";
import { limitsOf } from "./client/limits/limits.ts";
import { createSession, type SessionConfig } from "./client/session.ts";
import type { Clock } from "./clock.ts";
import type { Config, ResolvedConfig } from "./config/mod.ts";
import type { Fault } from "./config/sources.ts";
import { ToolError } from "./errors.ts";
import type { Fetch } from "./http/fetch.ts";
import type { Flyte } from "./server.ts";
import { newConversation } from "./tools/conversation.ts";

/** What a session needs of the machine; adapters that `main.ts` passes in. */
export interface Machine extends AuthMachine {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** A fresh `x-request-id`. */
  readonly newRequestId: () => string;
}

/**
 * Opens Flyte with this configuration; nothing is sent yet.
 *
 * @throws {ToolError} naming every fault of the configuration
 */
export function openFlyte(
  { config, faults, notices }: ResolvedConfig,
  machine: Machine,
): Flyte {
  const { endpoint } = config;
  if (faults.length > 0 || !endpoint) throw faultsError(faults, notices);
  const session = createSession(
    sessionConfig(config, { machine, endpoint: endpoint.value }),
  );
  return {
    clients: createClientSet(session),
    session,
    config,
    endpoint,
    notices,
    conversation: newConversation(),
  };
}

/** What a session with this endpoint is made of. */
export function sessionConfig(
  config: Config,
  { machine, endpoint }: { machine: Machine; endpoint: string },
): SessionConfig {
  const { clock, newRequestId, run } = machine;
  const { proxyCommand } = config;
  const trustedIssuers = config.trustedIssuers?.value ?? null;
  const trustedClusters = config.trustedClusters?.value ?? [];
  const own = [
    ...[config.authEndpoint, config.issuer, config.tokenEndpoint],
    config.deviceAuthorizationEndpoint,
  ].flatMap((setting) => setting?.value ?? [])
    .concat(trustedClusters.map((host) => `https://${host}`));
  const fetch = proxyCommand === null
    ? machine.fetch
    : withProxyAuthorization(machine.fetch, {
      ...{ command: proxyCommand, endpoint, own, trustedIssuers },
      ...{ run, now: clock.now },
    });
  return {
    endpoint,
    authEndpoint: config.authEndpoint?.value ?? null,
    fetch,
    clock,
    newRequestId,
    override: overrideOf(config),
    trustedClusters,
    limits: limitsOf(config),
    authenticator: (store) =>
      createAuthenticator(config, {
        endpoint,
        fetch,
        store,
        clock,
        machine,
        trustedIssuers,
        authFirst: config.authFirst?.value ?? false,
      }),
  };
}

/**
 * All faults in one error, so that they can be mended in one go; what was
 * ignored may be why something is missing.
 */
function faultsError(
  faults: readonly Fault[],
  notices: readonly string[],
): ToolError {
  const [first] = faults;
  const steps = [...new Set(faults.map(({ nextStep }) => nextStep))];
  const messages = faults.map(({ message }) => message);
  const ignored = notices.map((notice) => ` ${notice}`).join("");
  const text = messages.length > 1
    ? `${messages.length} settings cannot be used. ${messages.join(" ")}`
    : messages.join("");
  return new ToolError(first?.code ?? "not_configured", `${text}${ignored}`, {
    nextStep: `Person: ${steps.join(" ")} Then restart the server.`,
  });
}
