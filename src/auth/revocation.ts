import * as oauth from "oauth4webapi";
import { isLoopback } from "../config/endpoint.ts";
import type { Fetch } from "../http/fetch.ts";
import { readText } from "../http/unexpected_response.ts";
import type { Secret } from "../config/secret.ts";
import type { AuthenticatorOptions } from "./authenticator.ts";
import { asClient } from "./client_authentication.ts";
import type { ClientConfig } from "./client_config.ts";
import { discover } from "./discovery.ts";
import { OAuthError } from "./issuer_answer.ts";
import { checkIssuer } from "./issuer_check.ts";
import type { Token } from "./token.ts";

/** Bound on discovery and revocation together. */
const TIMEOUT_MS = 10_000;

/**
 * Revokes a token's refresh token, or itself, where the issuer offers it. The
 * control plane's metadata leaves the endpoint out, so it comes from the
 * issuer's own document; a token goes to the token endpoint's origin alone.
 *
 * @returns whether the issuer said yes; a logout never fails for it
 * @see RFC 7009, RFC 8414
 */
export async function revoke(
  token: Token,
  { store, fetch, secret, endpoint, trustedIssuers, signal }:
    & Pick<
      AuthenticatorOptions,
      "store" | "fetch" | "endpoint" | "trustedIssuers"
    >
    & { secret: Secret | null; signal: AbortSignal },
): Promise<boolean> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const config = await store.get(bound);
    checkIssuer(config, { endpoint, trustedIssuers });
    const url = await revocationEndpoint(config, { fetch, signal: bound });
    if (!url) return false;
    const ask = (way: oauth.ClientAuth) =>
      askToRevoke(token, way, { config, url, fetch, signal: bound });
    const methods = config.tokenEndpointAuthMethods;
    return await asClient(ask, { secret, methods });
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function askToRevoke(
  { refreshToken, accessToken }: Token,
  way: oauth.ClientAuth,
  { config, url, fetch, signal }: {
    config: ClientConfig;
    url: string;
    fetch: Fetch;
    signal: AbortSignal;
  },
): Promise<true> {
  const response = await oauth.revocationRequest(
    { issuer: config.issuer ?? url, revocation_endpoint: url },
    { client_id: config.clientId ?? "" },
    way,
    (refreshToken ?? accessToken).reveal(),
    {
      signal,
      // The library's option type clashes with exactOptionalPropertyTypes.
      [oauth.customFetch]: (address, init: object) =>
        fetch(address, { ...init, once: true }),
      [oauth.allowInsecureRequests]: isLoopback(url),
    },
  );
  const { status } = response;
  await readText(response);
  if (status === 200) return true;
  throw new OAuthError(`http_${status}`, { description: null, status });
}

/** The issuer's own document has it; the control plane's leaves it out. */
async function revocationEndpoint(
  { issuer, tokenEndpoint }: ClientConfig,
  options: { fetch: Fetch; signal: AbortSignal },
): Promise<string | null> {
  const origin = URL.parse(tokenEndpoint ?? "")?.origin;
  // In clear text anybody could answer, or be asked.
  const isSafe = issuer !== null && URL.canParse(issuer) &&
    (issuer.startsWith("https:") || isLoopback(issuer));
  const metadata = isSafe ? await discover(issuer, options) : null;
  const endpoint = metadata?.revocationEndpoint ?? null;
  const isSame = endpoint !== null && URL.parse(endpoint)?.origin === origin;
  return isSame ? endpoint : null;
}
