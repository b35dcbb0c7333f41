/**
 * What RFC 8628 asks of a token endpoint and oidc-provider leaves out: a
 * client that polls faster than it was told hears `slow_down`, and must then
 * wait five seconds longer each time (section 3.5).
 */

const SLOW_DOWN_MS = 5000;
/** Timers fire a little early, and that is not the client's fault. */
const TOLERANCE_MS = 50;
/** Codes are not taken off one by one, so the oldest give way. */
const MAX_CODES = 1000;

interface Polled {
  intervalMs: number;
  lastAt: number | undefined;
}

export interface PollLimiter {
  /** Notes one poll; `true` if it came too early. */
  isTooFast(deviceCode: string): boolean;
  /** The client was told `slow_down`. */
  slowDown(deviceCode: string): void;
}

export function createPollLimiter(
  { intervalMs, now }: { intervalMs: number; now(): number },
): PollLimiter {
  const codes = new Map<string, Polled>();
  const find = (deviceCode: string): Polled => {
    const known = codes.get(deviceCode);
    if (known) return known;
    const [oldest] = codes.keys();
    if (oldest !== undefined && codes.size >= MAX_CODES) codes.delete(oldest);
    const polled: Polled = { intervalMs, lastAt: undefined };
    codes.set(deviceCode, polled);
    return polled;
  };
  return {
    isTooFast(deviceCode) {
      const polled = find(deviceCode);
      const { lastAt } = polled;
      polled.lastAt = now();
      return lastAt !== undefined &&
        polled.lastAt - lastAt < polled.intervalMs - TOLERANCE_MS;
    },
    slowDown(deviceCode) {
      find(deviceCode).intervalMs += SLOW_DOWN_MS;
    },
  };
}
