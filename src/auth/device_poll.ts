import { type Clock, spread } from "../clock.ts";
import type { Secret } from "../config/secret.ts";
import { NetworkError } from "../http/network_error.ts";
import type { Issuer } from "./issuer.ts";
import {
  isPersonsDenial,
  IssuerUnavailable,
  OAuthError,
} from "./issuer_answer.ts";
import type { TokenResponse } from "./token.ts";

/** RFC 8628 section 3.5: `slow_down` adds 5 seconds, for good. */
const SLOW_DOWN_MS = 5000;

/** What an issuer may ask for: with more a code would never be polled for. */
const MAX_INTERVAL_S = 60;

/** Bound on one poll. */
const POLL_TIMEOUT_MS = 10_000;

/** Failed polls back off up to this. */
const MAX_BACKOFF_MS = 30_000;

/** What is polled, and for how long. */
export interface Polling {
  readonly deviceCode: string;
  /** Seconds between polls. */
  readonly interval: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Whether the person may be done already, so that it asks at once. */
  readonly isResumed: boolean;
  readonly clock: Clock;
  /** Of a confidential client. @default {null} */
  readonly secret?: Secret | null;
  readonly signal: AbortSignal;
}

/**
 * Polls until the person has decided or the code has expired by the wall
 * clock. An issuer that is down or overloaded is asked again, ever slower. No
 * pause is shorter than the issuer wants it; each is spread.
 *
 * @returns the token response, or how the login ended without one
 * @throws {OAuthError} when the issuer refuses for good
 * @throws the signal's reason when the login is given up
 * @see RFC 8628 sections 3.4 and 3.5
 */
export async function pollForToken(
  issuer: Issuer,
  polling: Polling,
): Promise<TokenResponse | "denied" | "expired"> {
  const { expiresAt, clock, signal, isResumed } = polling;
  const seconds = Math.min(Math.max(polling.interval, 0.1), MAX_INTERVAL_S);
  let interval = seconds * 1000;
  let wait = isResumed ? 0 : interval;
  for (;;) {
    const left = expiresAt - clock.now();
    if (left <= 0) return "expired";
    await clock.sleep(Math.min(spread(wait, clock), left), signal);
    if (clock.now() >= expiresAt) return "expired";
    const answer = await pollOnce(issuer, polling);
    if (answer instanceof IssuerUnavailable) {
      wait = backOff(wait, (answer.retryAfterS ?? 0) * 1000);
      continue;
    }
    if (answer === "slow_down") interval += SLOW_DOWN_MS;
    else if (answer !== "pending") return answer;
    wait = interval;
  }
}

async function pollOnce(
  issuer: Issuer,
  { deviceCode, secret = null, signal }: Polling,
): Promise<
  | TokenResponse
  | "denied"
  | "expired"
  | "pending"
  | "slow_down"
  | IssuerUnavailable
> {
  try {
    const timeout = AbortSignal.timeout(POLL_TIMEOUT_MS);
    return await issuer.pollDevice(deviceCode, {
      secret,
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof IssuerUnavailable) {
      if (isInVain(error)) throw error;
      return error;
    }
    if (!(error instanceof OAuthError)) throw error;
    if (isPersonsDenial(error)) return "denied";
    if (error.error === "authorization_pending") return "pending";
    if (error.error === "slow_down") return "slow_down";
    if (error.error === "expired_token") return "expired";
    throw error;
  }
}

/** A network that is gone may come back; a certificate stays as it is. */
function isInVain({ cause }: IssuerUnavailable): boolean {
  return cause instanceof NetworkError && cause.isLasting &&
    cause.failure !== "dns" && cause.failure !== "proxy";
}

function backOff(wait: number, retryAfter: number): number {
  const longest = Math.max(MAX_BACKOFF_MS, retryAfter);
  return Math.min(Math.max(retryAfter, wait * 2), longest);
}
