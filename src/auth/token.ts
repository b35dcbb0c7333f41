import { Secret } from "../config/secret.ts";
import { OAuthError } from "./issuer_answer.ts";

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

/** What a header can carry; RFC 6750 section 2.1, generously. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What lives longer is not renewed ahead of time: a hundred years. */
const MAX_LIFETIME_S = 100 * 366 * 24 * 60 * 60;

/** The last second that a date can hold, ECMA-262 section 21.4.1.1. */
const MAX_TIME_S = 8.64e12;

/**
 * Makes a token of a response.
 *
 * @param options.previous the token that was refreshed: its refresh token
 * stays good when the response brings no other (RFC 6749 section 6)
 * @throws {OAuthError} when the token is nothing that a header can carry: what
 * refuses it there would repeat it
 */
export function toToken(
  response: TokenResponse,
  { now, previous = null }: { now: number; previous?: Token | null },
): Token {
  if (!TOKEN.test(response.access_token)) {
    throw new OAuthError("invalid_response", {
      description: null,
      status: 200,
    });
  }
  const claims = readClaims(response.access_token);
  const { refresh_token: refresh, expires_in: seconds } = response;
  const isSaid = seconds !== undefined && seconds <= MAX_LIFETIME_S;
  return {
    accessToken: new Secret(response.access_token),
    refreshToken: refresh
      ? new Secret(refresh)
      : previous?.refreshToken ?? null,
    expiresAt: isSaid ? now + seconds * 1000 : claims?.expiresAt ?? null,
    obtainedAt: now,
    claims,
  };
}

/** Tokens are renewed this long before they run out, or a tenth of their life. */
const MAX_SKEW_MS = 60_000;

/** Whether it is time to renew a token, somewhat ahead of its expiry. */
export function isDue(
  { expiresAt, obtainedAt }: Pick<Token, "expiresAt" | "obtainedAt">,
  now: number,
): boolean {
  if (expiresAt === null) return false;
  const skew = Math.min(MAX_SKEW_MS, (expiresAt - obtainedAt) / 10);
  return now >= expiresAt - skew;
}

/** Whether both are the same access token. */
export function isSameToken(one: Token | null, other: Token | null): boolean {
  return one?.accessToken.reveal() === other?.accessToken.reveal();
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
      expiresAt: typeof exp === "number" && Math.abs(exp) <= MAX_TIME_S
        ? exp * 1000
        : null,
    };
  } catch {
    return null;
  }
}
