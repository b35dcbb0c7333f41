import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerHostOf, OTHER_WAYS } from "./failures.ts";

/** A code that nobody used in time. */
export function loginExpired(): ToolError {
  return new ToolError(
    "login_expired",
    "The code expired before anybody used it.",
    {
      nextStep:
        "Ask the person whether they are ready, then call login for a new code.",
    },
  );
}

/** A login that went wrong while the person was at it. */
export function loginFailed(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  return new ToolError(
    "unavailable",
    "The login failed in a way that should not happen.",
    { nextStep: "Call login for a new code.", cause: error },
  );
}

/** A login whose issuer takes its time. */
export function loginStarting(): ToolError {
  return new ToolError(
    "login_starting",
    "A login was asked for, and the issuer has not answered yet.",
    { nextStep: "Ask again in 5 seconds.", retryAfterS: 5 },
  );
}

/** A login that the person refused on the issuer's page. */
export function loginDenied(): ToolError {
  return new ToolError(
    "login_denied",
    "The login was denied on the issuer's page.",
    {
      nextStep:
        "Do not ask the person again unless they bring it up; then call login for a new code.",
    },
  );
}

/** A login that was given up while it was being started. */
export function loginCancelled(): ToolError {
  return new ToolError("login_declined", "The login was cancelled.", {
    nextStep: "Call login for a new one, if the person wants that.",
  });
}

/** The issuer does not grant this login to this client; another may work. */
export class MethodRefused extends ToolError {}

/** Device login that this issuer, or this configuration, does not offer. */
export function noDeviceLogin(
  config: ClientConfig,
  { why }: { why: string },
): MethodRefused {
  const client = nameOf(config.clientId ?? "", 64);
  const browser = config.authorizationEndpoint && config.redirectUri
    ? ` Until then: login {"method":"browser"}, or`
    : " Until then,";
  return new MethodRefused(
    "grant_not_allowed",
    `${
      issuerHostOf(config)
    } refuses device login for client "${client}" (${why}).`,
    {
      nextStep:
        `Admin: enable the Device Authorization grant for that client.${browser} person: ${OTHER_WAYS}.`,
    },
  );
}

/** Browser login without what it takes. */
export function noBrowserLogin(config: ClientConfig): ToolError {
  const missing = [
    ["an authorization endpoint", config.authorizationEndpoint],
    ["a redirect URI", config.redirectUri],
    ["a client id", config.clientId],
  ].filter(([, value]) => !value).map(([name]) => name).join(" and ");
  return new ToolError(
    "grant_not_allowed",
    `Browser login is not possible: the control plane publishes no ${
      missing.replace(/^an? /, "").replaceAll(/and an? /g, "and ")
    }.`,
    {
      nextStep:
        `Admin: publish it in runs.authMetadata. Until then, person: ${OTHER_WAYS}.`,
    },
  );
}

/** Where nobody can be asked, no login is started. */
export function nobodyToAsk(endpoint: string): ToolError {
  return new ToolError(
    "credentials_required",
    `${endpoint} wants a login, and this server was started without a person to ask (FLYTE_MCP_INTERACTIVE or CI).`,
    {
      nextStep:
        `Person: ${OTHER_WAYS}; or set FLYTE_MCP_INTERACTIVE=auto where somebody can log in.`,
    },
  );
}
