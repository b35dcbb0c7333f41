import { Secret } from "../config/secret.ts";

/** What a JWT access token says of itself; nobody has checked it. */
export interface Claims {
  readonly subject: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
}

/** An access token with what is needed to keep it fresh. */
export interface Token {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  /** Milliseconds since the epoch; `null`: neither the issuer nor it says. */
  readonly expiresAt: number | null;
  /** Milliseconds since the epoch. */
  readonly obtainedAt: number;
  readonly claims: Claims | null;
}

/** The fields of a token response, RFC 6749 section 5.1. */
export interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  /** Seconds. */
  readonly expires_in?: number | undefined;
}

/**
 * Makes a token of a response.
 *
 * @param options.previous the token that was refreshed: its refresh token
 * stays good when the response brings no other (RFC 6749 section 6)
 */
export function toToken(
  response: TokenResponse,
  { now, previous = null }: { now: number; previous?: Token | null },
): Token {
  const claims = readClaims(response.access_token);
  const { refresh_token: refresh, expires_in: seconds } = response;
  return {
    accessToken: new Secret(response.access_token),
    refreshToken: refresh
      ? new Secret(refresh)
      : previous?.refreshToken ?? null,
    expiresAt: seconds === undefined
      ? claims?.expiresAt ?? null
      : now + seconds * 1000,
    obtainedAt: now,
    claims,
  };
}

/**
 * Reads a JWT's payload without checking its signature, for display and for
 * its expiry alone (RFC 7519 section 4.1). An opaque token gives `null`.
 */
export function readClaims(token: string): Claims | null {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return null;
  try {
    const bytes = Uint8Array.fromBase64(payload, { alphabet: "base64url" });
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null) return null;
    const text = (key: string) => {
      const value: unknown = Reflect.get(claims, key);
      return typeof value === "string" && value !== "" ? value : null;
    };
    const exp: unknown = Reflect.get(claims, "exp");
    return {
      subject: text("sub"),
      name: text("name") ?? text("preferred_username"),
      email: text("email"),
      expiresAt: typeof exp === "number" ? exp * 1000 : null,
    };
  } catch {
    return null;
  }
}
