import { ToolError, type ToolErrorOptions } from "../errors.ts";
import { NetworkError } from "../http/network_error.ts";
import { quote, wordOf } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerHostOf, OTHER_WAYS } from "./failures.ts";
import type { OAuthError } from "./issuer_answer.ts";

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

/** Why a login gave no token, when it was not the person's doing. */
export type LoginFailure = ToolError | NetworkError;

/** A login that went wrong while the person was at it. */
export function loginFailed(error: unknown): LoginFailure {
  if (error instanceof ToolError || error instanceof NetworkError) return error;
  return new ToolError(
    "unavailable",
    "The login failed in a way that should not happen.",
    { nextStep: "Call login for a new code.", cause: error },
  );
}

/** A login that went wrong in another process, which has said why. */
export function loginFailedElsewhere(issuerHost: string): ToolError {
  return new ToolError(
    "unavailable",
    `The login at ${issuerHost} failed; another flyte-mcp process finished it and has said why.`,
    { nextStep: "Call login for a new one." },
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

/** A login whose page the person did not want to open. */
export function loginDeclined(): ToolError {
  return new ToolError("login_declined", "The person declined.", {
    nextStep: "Do not ask again unless they bring it up; then call login.",
  });
}

/** A login that was given up while it was being started. */
export function loginCancelled(): ToolError {
  return new ToolError("login_declined", "The login was cancelled.", {
    nextStep: "Call login for a new one, if the person wants that.",
  });
}

/** The issuer does not grant this login to this client; another may work. */
export class MethodRefused extends ToolError {
  /** What an admin can do about it, for where another login is offered. */
  readonly remedy: string;

  constructor(
    message: string,
    { remedy, ...options }: ToolErrorOptions & { remedy: string },
  ) {
    super("grant_not_allowed", message, options);
    this.remedy = remedy;
  }
}

/** What an admin has to look at, by what the issuer said. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client:
    "check that this client id exists there as a public client with the Device Authorization grant",
  http_404: "check the published device authorization endpoint",
  http_405: "check the published device authorization endpoint",
  "no client id is published or set":
    "publish the client id in runs.authMetadata",
  "no device endpoint is published":
    "use an issuer whose metadata names a device authorization endpoint",
};

/**
 * Device login that this issuer, or this configuration, does not offer.
 *
 * @param options.why the issuer's reason, or our own
 * @param options.cause what the issuer said, which is quoted
 */
export function noDeviceLogin(
  config: ClientConfig,
  { why, cause = null }: { why: string; cause?: OAuthError | null },
): MethodRefused {
  const client = wordOf(config.clientId ?? "");
  const browser = config.authorizationEndpoint && config.redirectUri
    ? ` Until then: login {"method":"browser"}, or`
    : " Until then,";
  const remedy = `Admin: ${
    REMEDIES[why] ?? "enable the Device Authorization grant for that client"
  }.`;
  return new MethodRefused(
    `${
      issuerHostOf(config)
    } refuses device login for client "${client}" (${why}).`,
    {
      nextStep: `${remedy}${saidBy(cause)}${browser} person: ${OTHER_WAYS}.`,
      remedy,
      cause,
    },
  );
}

/** An issuer's answer that a person must not be led by. */
export function unsafeLogin(config: ClientConfig, what: string): ToolError {
  return new ToolError(
    "grant_not_allowed",
    `${issuerHostOf(config)} starts a login that is not safe: ${what}.`,
    {
      nextStep:
        "Nothing of it is shown. Admin: check that this is the right issuer, and what its device authorization endpoint answers.",
    },
  );
}

/** A code that the issuer knows no more. */
export function codeRefused(
  config: ClientConfig,
  error: OAuthError,
): ToolError {
  return new ToolError(
    "login_expired",
    `${issuerHostOf(config)} takes this login's code no more (${error.error}).`,
    {
      nextStep:
        `Ask the person whether they are ready, then call login for a new code.${
          saidBy(error)
        }`,
      cause: error,
    },
  );
}

function saidBy(error: OAuthError | null): string {
  const { description } = error ?? {};
  return description ? ` The issuer says: ${quote(description, 400)}.` : "";
}

/**
 * Where nobody can be asked, no login is started.
 *
 * @param options.source name of the setting that says so
 */
export function nobodyToAsk(
  endpoint: string,
  { source }: { source: string },
): ToolError {
  return new ToolError(
    "credentials_required",
    `${endpoint} wants a login, and this server was started without a person to ask (${source}).`,
    {
      nextStep:
        `Person: ${OTHER_WAYS}; or set FLYTE_MCP_INTERACTIVE=auto where somebody can log in.`,
    },
  );
}
