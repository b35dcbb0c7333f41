import * as oauth from "oauth4webapi";
import { isLoopback } from "../config/endpoint.ts";
import type { Fetch } from "../http/fetch.ts";
import { readText } from "../http/unexpected_response.ts";
import type { ClientConfig, ClientConfigStore } from "./client_config.ts";
import { discover } from "./discovery.ts";
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
  { store, fetch, signal }: {
    store: ClientConfigStore;
    fetch: Fetch;
    signal: AbortSignal;
  },
): Promise<boolean> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const config = await store.get(bound);
    const endpoint = await revocationEndpoint(config, { fetch, signal: bound });
    if (!endpoint) return false;
    const response = await oauth.revocationRequest(
      { issuer: config.issuer ?? endpoint, revocation_endpoint: endpoint },
      { client_id: config.clientId ?? "" },
      oauth.None(),
      (token.refreshToken ?? token.accessToken).reveal(),
      {
        signal: bound,
        // The library's option type clashes with exactOptionalPropertyTypes.
        [oauth.customFetch]: (url, init: object) =>
          fetch(url, { ...init, once: true }),
        [oauth.allowInsecureRequests]: isLoopback(endpoint),
      },
    );
    await readText(response);
    return response.status === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** The issuer's own document has it; the control plane's leaves it out. */
async function revocationEndpoint(
  { issuer, tokenEndpoint }: ClientConfig,
  options: { fetch: Fetch; signal: AbortSignal },
): Promise<string | null> {
  const origin = URL.parse(tokenEndpoint ?? "")?.origin;
  const metadata = issuer === null ? null : await discover(issuer, options);
  const endpoint = metadata?.revocationEndpoint ?? null;
  const isSame = endpoint !== null && URL.parse(endpoint)?.origin === origin;
  return isSame ? endpoint : null;
}
