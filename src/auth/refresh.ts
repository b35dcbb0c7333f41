import type { Secret } from "../config/secret.ts";
import type { AuthenticatorOptions } from "./authenticator.ts";
import { issuerFailure, noLogin } from "./failures.ts";
import { Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import { checkIssuer } from "./issuer_check.ts";
import { type Token, toToken } from "./token.ts";
import type { Obtained } from "./token_keeper.ts";

/** Bound on the call; a rotating token that is spent must not be lost early. */
const TIMEOUT_MS = 10_000;

/**
 * Spends a refresh token (RFC 6749 section 6).
 *
 * @returns `null` when there is none, or the issuer wants a new login instead
 * @throws {ToolError} `unavailable` when the issuer cannot be asked: nothing
 * is lost then
 */
export async function refresh(
  previous: Token,
  { store, fetch, clock, endpoint, trustedIssuers, secret, signal }:
    & AuthenticatorOptions
    & { secret: Secret | null; signal: AbortSignal },
): Promise<Obtained | null> {
  if (!previous.refreshToken) return null;
  const config = await store.get(signal);
  if (!config.hasLogin) throw noLogin(endpoint);
  checkIssuer(config, { endpoint, trustedIssuers });
  try {
    const response = await new Issuer(config, fetch).refresh(
      previous.refreshToken,
      {
        secret,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      },
    );
    const token = toToken(response, { now: clock.now(), previous });
    return { token, headerKey: config.headerKey };
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw issuerFailure(error, { config });
  }
}
