import { ToolError } from "../errors.ts";
import { NetworkError } from "../http/network_error.ts";
import { nameOf, quote, wordOf } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import {
  isClientRefusal,
  IssuerUnavailable,
  OAuthError,
} from "./issuer_answer.ts";

/** What to set when no person can log in here. */
export const OTHER_WAYS =
  "set FLYTE_CLIENT_ID and FLYTE_CLIENT_SECRET of a service account, or FLYTE_ACCESS_TOKEN, in the host's server settings";

/** What an admin has to look at, by what the issuer said. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_request:
    "see what is missing there: scopes, or the secret of a client that has one",
  invalid_scope:
    "allow that client the published scopes (runs.authMetadata.flyteClient.scopes, or FLYTE_SCOPES)",
  invalid_target:
    "check the published audience (runs.authMetadata.flyteClient.audience, or FLYTE_AUDIENCE)",
  invalid_resource:
    "check the published scopes and audience (runs.authMetadata.flyteClient, or FLYTE_SCOPES and FLYTE_AUDIENCE)",
  invalid_client:
    "check the client id, and that it is a public client where no secret is set",
  access_denied:
    "assign the person or the client to the application, and allow them the audience and the scopes in the issuer's access policy",
  invalid_response:
    "check that the published endpoints are those of the issuer",
};

/** The issuer's host, as it is shown. */
export function issuerHostOf(config: ClientConfig): string {
  const url = URL.parse(config.tokenEndpoint ?? config.issuer ?? "");
  return url?.host ?? "the issuer";
}

/** A control plane that wants credentials and publishes no way to get them. */
export function noLogin(endpoint: string): ToolError {
  return new ToolError(
    "credentials_required",
    `${endpoint} wants credentials, but publishes no login.`,
    {
      nextStep:
        `Person: ${OTHER_WAYS}. Admin: set runs.authMetadata on the control plane, so that people can log in.`,
    },
  );
}

/** A token that was refused although it is fresh. */
export function tokenRejected(
  endpoint: string,
  { source }: { source: string },
): ToolError {
  return new ToolError(
    "token_rejected",
    `${
      nameOf(source)
    } gave a token, and ${endpoint} refuses it. Logging in again gives the same kind of token.`,
    {
      nextStep:
        "Admin: compare the token's audience, issuer and scopes with what the ingress in front of Flyte checks. After a correction: logout, then login.",
    },
  );
}

/** An issuer whose addresses a token must not be sent to. */
export function unsafeIssuer(what: string): ToolError {
  return new ToolError(
    "grant_not_allowed",
    `The login that the control plane publishes is not safe: ${what}.`,
    {
      nextStep:
        "Nothing was sent there. Admin: publish https addresses in the OAuth metadata.",
    },
  );
}

/** An issuer that is set and describes itself nowhere. */
export function noIssuerDocument(issuer: string): ToolError {
  return new ToolError(
    "config_invalid",
    `FLYTE_ISSUER is "${
      nameOf(issuer)
    }", and no document of that issuer is found there (RFC 8414, OpenID Connect Discovery).`,
    {
      nextStep:
        "Person: correct it to the issuer's exact URL, or set FLYTE_TOKEN_ENDPOINT and FLYTE_DEVICE_AUTHORIZATION_ENDPOINT.",
    },
  );
}

/** An issuer that is not among those that the person trusts. */
export function untrustedIssuer(
  host: string,
  trusted: readonly string[],
): ToolError {
  return new ToolError(
    "grant_not_allowed",
    `The control plane names ${
      nameOf(host)
    } as its issuer, and FLYTE_MCP_TRUSTED_ISSUERS allows ${
      trusted.map((one) => nameOf(one, 80)).join(", ")
    } only.`,
    {
      nextStep:
        "Nothing was sent there. Person: ask the admin whether the issuer has changed; if so, add it to FLYTE_MCP_TRUSTED_ISSUERS.",
    },
  );
}

/**
 * What an issuer's refusal or silence means for whoever asked.
 *
 * @param options.secretSource where the client secret came from, if one was
 * sent
 */
export function issuerFailure(
  error: unknown,
  { config, secretSource = null }: {
    config: ClientConfig;
    secretSource?: string | null;
  },
): unknown {
  if (error instanceof IssuerUnavailable) return unavailable(error, config);
  if (!(error instanceof OAuthError)) return error;
  const said = error.description ? `: ${quote(error.description, 400)}` : "";
  const reason = `${wordOf(error.error)}${said}`;
  const host = issuerHostOf(config);
  if (secretSource && isClientRefusal(error)) {
    return new ToolError(
      "credentials_required",
      `${host} refuses the client id and secret from ${secretSource} (${reason}).`,
      {
        nextStep:
          "Person: correct them in the host's server settings. If they are right, admin: allow the client credentials grant for that client.",
        cause: error,
      },
    );
  }
  if (error.error === "slow_down") return limited(host, { cause: error });
  const client = wordOf(config.clientId ?? "");
  return new ToolError(
    "grant_not_allowed",
    `${host} refuses this login to client "${client}" (${reason}).`,
    {
      nextStep: `Admin: ${
        REMEDIES[error.error] ??
          "allow the grant and its scopes for that client"
      }. Until then, person: ${OTHER_WAYS}.`,
      cause: error,
    },
  );
}

function limited(
  host: string,
  { cause, retryAfterS = null }: {
    cause: unknown;
    retryAfterS?: number | null;
  },
): ToolError {
  return new ToolError(
    "rate_limited",
    `${host}, which gives the tokens, asks for fewer requests.`,
    {
      nextStep: "Wait, then try once.",
      retryAfterS: retryAfterS ?? 30,
      cause,
    },
  );
}

function unavailable(
  error: IssuerUnavailable,
  config: ClientConfig,
): ToolError | NetworkError {
  const { isLimit, retryAfterS, cause } = error;
  // What somebody has to mend is told as of any other host.
  if (cause instanceof NetworkError && cause.isLasting) return cause;
  if (isLimit) {
    return limited(issuerHostOf(config), { cause: error, retryAfterS });
  }
  const why = error.status === null
    ? "gives no answer"
    : `answers HTTP ${error.status}`;
  return new ToolError(
    "unavailable",
    `${issuerHostOf(config)}, which gives the tokens, ${why}.`,
    {
      nextStep: "Try again in a moment; if it stays so, tell the person.",
      retryAfterS: retryAfterS ?? 5,
      cause: error,
    },
  );
}
