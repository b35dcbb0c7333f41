import { type Token, toToken } from "./token.ts";

/**
 * Reads what Flyte's Python SDK keeps: `{"access_token", "refresh_token"}`,
 * either of which may be null or empty. It says nothing of the expiry, so that
 * only a JWT's own counts.
 *
 * @returns the access token without a refresh token; `null` when there is none
 */
export function readFlyteCliToken(text: string, now: number): Token | null {
  try {
    const entry: unknown = JSON.parse(text);
    if (typeof entry !== "object" || entry === null) return null;
    const accessToken: unknown = Reflect.get(entry, "access_token");
    if (
      typeof accessToken !== "string" || !/^[\x21-\x7e]+$/.test(accessToken)
    ) {
      return null;
    }
    return toToken({ access_token: accessToken }, { now });
  } catch {
    return null;
  }
}
