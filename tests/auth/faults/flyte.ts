/** What can go wrong in front of Flyte. */
import type { IngressFault } from "../../../sandbox/ingress/options.ts";

/** The longest pause that any of these asks for. */
export const LONGEST_PAUSE_MS = 7_000;

/** What goes wrong in front of Flyte, and how often it is asked anyway. */
export const AT_FLYTE: Readonly<
  Record<string, { fault: IngressFault; code: string; attempts: number }>
> = {
  "a connection that is dropped": {
    ...{ fault: { kind: "drop" }, code: "unavailable", attempts: 3 },
  },
  "a connection that is reset": {
    ...{ fault: { kind: "reset" }, code: "unavailable", attempts: 3 },
  },
  "an answer that is cut in the middle": {
    ...{ fault: { kind: "cut", afterBytes: 9 }, code: "unavailable" },
    attempts: 3,
  },
  "HTTP 429": {
    fault: { kind: "status", status: 429 },
    ...{ code: "rate_limited", attempts: 2 },
  },
  "HTTP 429 with Retry-After": {
    fault: { kind: "status", status: 429, retryAfter: 7 },
    ...{ code: "rate_limited", attempts: 1 },
  },
  "HTTP 500": {
    fault: { kind: "status", status: 500 },
    ...{ code: "unavailable", attempts: 1 },
  },
  "HTTP 502": {
    fault: { kind: "status", status: 502 },
    ...{ code: "unavailable", attempts: 3 },
  },
  "HTTP 503": {
    fault: { kind: "status", status: 503 },
    ...{ code: "unavailable", attempts: 3 },
  },
  "HTTP 504": {
    fault: { kind: "status", status: 504 },
    ...{ code: "unavailable", attempts: 3 },
  },
};
