import type { Clock } from "../clock.ts";
import type { DeviceAuthorization, Issuer } from "./issuer.ts";
import { IssuerUnavailable, OAuthError } from "./issuer_answer.ts";
import type { TokenResponse } from "./token.ts";

/** RFC 8628 section 3.5: `slow_down` adds 5 seconds, for good. */
const SLOW_DOWN_MS = 5000;

/** Bound on one poll. */
const POLL_TIMEOUT_MS = 10_000;

/** Failed polls back off up to this. */
const MAX_BACKOFF_MS = 30_000;

/**
 * Polls until the person has decided or the code has expired by the wall
 * clock. An issuer that is down or overloaded is asked again, ever slower.
 *
 * @returns the token response, or how the login ended without one
 * @throws {OAuthError} when the issuer refuses for good
 * @throws the signal's reason when the login is given up
 * @see RFC 8628 sections 3.4 and 3.5
 */
export async function pollForToken(
  issuer: Issuer,
  { device, expiresAt, clock, signal }: {
    device: DeviceAuthorization;
    expiresAt: number;
    clock: Clock;
    signal: AbortSignal;
  },
): Promise<TokenResponse | "denied" | "expired"> {
  let interval = Math.max(device.interval, 0.1) * 1000;
  let wait = interval;
  for (;;) {
    const left = expiresAt - clock.now();
    if (left <= 0) return "expired";
    await clock.sleep(Math.min(wait, left), signal);
    if (clock.now() >= expiresAt) return "expired";
    try {
      const timeout = AbortSignal.timeout(POLL_TIMEOUT_MS);
      return await issuer.pollDevice(
        device.deviceCode,
        AbortSignal.any([signal, timeout]),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof IssuerUnavailable) {
        wait = Math.min(
          Math.max((error.retryAfterS ?? 0) * 1000, wait * 2),
          Math.max(MAX_BACKOFF_MS, (error.retryAfterS ?? 0) * 1000),
        );
        continue;
      }
      if (!(error instanceof OAuthError)) throw error;
      if (error.error === "access_denied") return "denied";
      if (error.error === "expired_token") return "expired";
      if (error.error === "slow_down") interval += SLOW_DOWN_MS;
      else if (error.error !== "authorization_pending") throw error;
      wait = interval;
    }
  }
}
