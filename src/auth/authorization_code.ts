import * as oauth from "oauth4webapi";
import { Secret } from "../config/secret.ts";
import type { ClientConfig } from "./client_config.ts";

/** What one browser login keeps to itself. */
export interface AuthorizationSecrets {
  readonly state: Secret;
  readonly verifier: Secret;
  /** To the letter as it is published. */
  readonly redirectUri: string;
}

/** A request with where the person goes. */
export interface AuthorizationRequest extends AuthorizationSecrets {
  readonly url: string;
}

/** What the browser came back with. */
export type AuthorizationAnswer =
  | { readonly kind: "code"; readonly code: string }
  | {
    readonly kind: "error";
    readonly error: string;
    readonly description: string | null;
  }
  /** Not an answer to this request. */
  | { readonly kind: "stray" };

/**
 * Makes the address that the person signs in at, with a verifier and a state
 * of its own (RFC 7636, RFC 6749 section 4.1.1). What the authorization
 * endpoint carries in its own query stays (section 3.1), and the redirect URI
 * is sent to the letter as it is published.
 */
export async function newAuthorizationRequest(
  { authorizationEndpoint, redirectUri, clientId, scopes, audience }:
    ClientConfig,
): Promise<AuthorizationRequest | null> {
  const url = URL.parse(authorizationEndpoint ?? "");
  if (!url || !redirectUri || !clientId) return null;
  const state = oauth.generateRandomState();
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(audience && { audience }),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.set(name, value);
  }
  return {
    url: url.href,
    state: new Secret(state),
    verifier: new Secret(verifier),
    redirectUri,
  };
}

/**
 * Reads the address that the browser came back to. Only an answer with this
 * request's state counts, an error too; `iss` must be the issuer's where it is
 * there (RFC 9207).
 */
export function readAuthorizationAnswer(
  address: URL,
  { request, config }: { request: AuthorizationSecrets; config: ClientConfig },
): AuthorizationAnswer {
  const { searchParams } = address;
  const state = request.state.reveal();
  if (searchParams.get("state") !== state) return { kind: "stray" };
  try {
    const parameters = oauth.validateAuthResponse(
      { issuer: config.issuer ?? searchParams.get("iss") ?? "" },
      { client_id: config.clientId ?? "" },
      searchParams,
      state,
    );
    const code = parameters.get("code");
    return code ? { kind: "code", code } : { kind: "stray" };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      const description = error.error_description ?? null;
      return { kind: "error", error: error.error, description };
    }
    return { kind: "stray" };
  }
}
