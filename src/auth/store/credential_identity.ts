import type { AuthType } from "../../config/auth_type.ts";
import type { ClientConfig } from "../client_config.ts";

/**
 * Whose token it is, and for whom: a token is kept and found by all of this,
 * so that it is never sent to another endpoint, nor used for another client.
 */
export interface CredentialIdentity {
  /** Scheme, host and port of the control plane. */
  readonly endpoint: string;
  /** Scheme, host and port of whoever gives the tokens. */
  readonly issuer: string;
  /** What is configured; `null`: nothing, so that the issuer decides. */
  readonly authType: AuthType | null;
  readonly clientId: string;
  readonly audience: string;
  /** Sorted. */
  readonly scopes: readonly string[];
}

/** The identity of a login to `endpoint` as the configuration describes it. */
export function credentialIdentity(
  { tokenEndpoint, issuer, clientId, audience, scopes }: ClientConfig,
  { endpoint, authType }: { endpoint: string; authType: AuthType | null },
): CredentialIdentity {
  return {
    endpoint: originOf(endpoint),
    issuer: originOf(tokenEndpoint ?? issuer ?? ""),
    authType,
    clientId: clientId ?? "",
    audience: audience ?? "",
    scopes: scopes.toSorted(),
  };
}

/** A name for a file: 32 hexadecimal digits that differ where anything does. */
export async function keyOf(identity: CredentialIdentity): Promise<string> {
  const { endpoint, issuer, authType, clientId, audience, scopes } = identity;
  const text = JSON.stringify(
    [endpoint, issuer, authType, clientId, audience, scopes],
  );
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return new Uint8Array(digest).toHex().slice(0, 32);
}

/** Scheme, host and port, or nothing where there is no URL. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? "";
}
