import { Code, ConnectError } from "@connectrpc/connect";
import { ToolError } from "../../errors.ts";
import { retryAfterOf } from "../../http/retry_after.ts";

/** What "too many calls" means where no time is said. */
const UNSAID_MS = 1_000;

/** "At once" is not taken at its word. */
const MIN_MS = 200;

/**
 * The pause that an answer asks for: `resource_exhausted` (HTTP 429) does in
 * any case, `unavailable` with `Retry-After`.
 *
 * @returns `null` for any other failure, and for a call that was not sent
 */
export function pauseAskedFor(error: unknown, now: number): number | null {
  if (!(error instanceof ConnectError) || error.cause instanceof ToolError) {
    return null;
  }
  const isLimit = error.code === Code.ResourceExhausted;
  if (!isLimit && error.code !== Code.Unavailable) return null;
  const seconds = retryAfterOf({ headers: error.metadata }, now);
  if (seconds === null) return isLimit ? UNSAID_MS : null;
  return Math.max(seconds * 1000, MIN_MS);
}

/** What a call is answered that was kept back. */
export function notSent(leftMs: number): ConnectError {
  const retryAfterS = Math.ceil(leftMs / 1000);
  const cause = new ToolError(
    "rate_limited",
    "Flyte asked for a pause between calls, so this one was not sent.",
    { nextStep: `Wait ${retryAfterS} s, then try once.`, retryAfterS },
  );
  return new ConnectError(
    cause.message,
    Code.ResourceExhausted,
    { "retry-after": `${retryAfterS}` },
    [],
    cause,
  );
}
