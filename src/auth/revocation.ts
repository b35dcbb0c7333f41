import * as oauth from "oauth4webapi";
import { isLoopback } from "../config/endpoint.ts";
import type { Fetch } from "../http/fetch.ts";
import { readText } from "../http/unexpected_response.ts";
import type { ClientConfig, ClientConfigStore } from "./client_config.ts";
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

/** The two places where an issuer describes itself. */
async function revocationEndpoint(
  config: ClientConfig,
  { fetch, signal }: { fetch: Fetch; signal: AbortSignal },
): Promise<string | null> {
  const issuer = URL.parse(config.issuer ?? "");
  const origin = URL.parse(config.tokenEndpoint ?? "")?.origin;
  if (!issuer || !origin) return null;
  const path = issuer.pathname.replace(/\/$/, "");
  const places = [
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer.origin}${path}/.well-known/openid-configuration`,
  ];
  for (const place of places) {
    const endpoint = await readEndpoint(await fetch(place, { signal }));
    if (endpoint && URL.parse(endpoint)?.origin === origin) return endpoint;
  }
  return null;
}

async function readEndpoint(response: Response): Promise<string | null> {
  const text = await readText(response);
  if (response.status !== 200) return null;
  const document: unknown = JSON.parse(text);
  if (typeof document !== "object" || document === null) return null;
  const endpoint: unknown = Reflect.get(document, "revocation_endpoint");
  return typeof endpoint === "string" ? endpoint : null;
}
