/** What the ingress was asked, kept for whoever tests a client. */
import type { IncomingMessage } from "node:http";
import { bearerToken, tokenHash } from "./bearer.ts";
import type { IngressFault } from "./options.ts";

export interface IngressRequest {
  readonly method: string;
  readonly path: string;
  readonly requestId: string | undefined;
  readonly at: number;
  /** Tells tokens apart, see {@link tokenHash}. */
  readonly token: string | undefined;
  /** `undefined` while it is open, or for good if a fault took it. */
  outcome: "passed" | "refused" | "hidden" | undefined;
  /** Why it was refused. */
  problem: string | undefined;
  /** The kind of the fault it met. */
  fault: IngressFault["kind"] | undefined;
}

export function describeRequest(
  req: IncomingMessage,
  { tokenHeader, at }: { tokenHeader: string; at: number },
): IngressRequest {
  const token = bearerToken(req, tokenHeader);
  const requestId = req.headers["x-request-id"];
  return {
    method: req.method ?? "GET",
    path: new URL(req.url ?? "/", "http://127.0.0.1").pathname,
    requestId: requestId === undefined ? undefined : `${requestId}`,
    at,
    token: token && tokenHash(token),
    outcome: undefined,
    problem: undefined,
    fault: undefined,
  };
}
