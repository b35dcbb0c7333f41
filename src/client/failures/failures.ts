import { Code, ConnectError } from "@connectrpc/connect";
import { LoginRequired } from "../../auth/login.ts";
import { type ErrorCode, ToolError } from "../../errors.ts";
import { NetworkError } from "../../http/network_error.ts";
import { retryAfterOf } from "../../http/retry_after.ts";
import { UnexpectedResponse } from "../../http/unexpected_response.ts";
import { nameOf, quote } from "../../text.ts";
import { REQUEST_ID } from "../interceptors.ts";
import { networkFailure } from "./network_failures.ts";
import { withProxy } from "./proxy_failures.ts";
import { type EndpointView, notFlyte } from "./unreachable.ts";

/** Connect's codes as ours; network failures are told apart before. */
const CODES: Readonly<Record<Code, ErrorCode>> = {
  [Code.Canceled]: "timeout",
  [Code.Unknown]: "unavailable",
  [Code.InvalidArgument]: "invalid_argument",
  [Code.DeadlineExceeded]: "timeout",
  [Code.NotFound]: "not_found",
  [Code.AlreadyExists]: "invalid_argument",
  [Code.PermissionDenied]: "permission_denied",
  [Code.ResourceExhausted]: "rate_limited",
  [Code.FailedPrecondition]: "invalid_argument",
  [Code.Aborted]: "unavailable",
  [Code.OutOfRange]: "invalid_argument",
  [Code.Unimplemented]: "unimplemented",
  [Code.Internal]: "unavailable",
  [Code.Unavailable]: "unavailable",
  [Code.DataLoss]: "unavailable",
  [Code.Unauthenticated]: "credentials_required",
};

/** What each code says and asks for, after the server's own words. */
const SENTENCES: Partial<Record<ErrorCode, readonly [string, string]>> = {
  invalid_argument: ["Flyte refuses the request", "Change the arguments."],
  not_found: ["Flyte does not have that", "Check the name and the scope."],
  permission_denied: [
    "Flyte does not allow this to whoever is logged in",
    "Admin: grant it, or tell the person to ask for it.",
  ],
  rate_limited: ["Flyte asks for fewer calls", "Wait, then try once."],
  timeout: [
    "Flyte did not answer in time",
    "Try once more; then tell the person that Flyte is slow.",
  ],
  unimplemented: [
    "This Flyte does not have that service",
    "Tell the person; an admin may be able to update or enable it.",
  ],
  credentials_required: [
    "Flyte wants credentials for this",
    "Person: call login, or set credentials in the host's server settings.",
  ],
  unavailable: [
    "Flyte failed to answer",
    "Try once more in a moment; if it stays so, tell the person.",
  ],
};

/** The pause between an agent's calls where Flyte says none. */
const UNSAID_PAUSE_S = 30;

/**
 * What a failed call means for the agent.
 *
 * @param options.onDefect gets what no Flyte and no network did
 * @returns a {@linkcode ToolError} or {@linkcode LoginRequired}
 */
export function toToolError(
  error: unknown,
  endpoint: EndpointView,
  { onDefect }: { onDefect?: (error: unknown) => void } = {},
): ToolError | LoginRequired {
  if (error instanceof LoginRequired) return error;
  if (error instanceof ToolError) return withProxy(error, endpoint);
  if (error instanceof UnexpectedResponse) {
    return withProxy(notFlyte(error, endpoint.value), endpoint);
  }
  if (error instanceof NetworkError) return networkFailure(error, endpoint);
  if (error instanceof Error && error.name === "NotCapable") {
    return notPermitted(error);
  }
  const unforeseen = (defect: unknown) => {
    onDefect?.(defect);
    return shouldNotHappen(defect);
  };
  if (!(error instanceof ConnectError)) return unforeseen(error);
  const { cause } = error;
  if (
    cause instanceof ToolError || cause instanceof LoginRequired ||
    cause instanceof UnexpectedResponse && error.code === Code.Unknown ||
    cause instanceof NetworkError
  ) {
    const known = toToolError(cause, endpoint);
    if (known instanceof ToolError) known.requestId ??= requestIdOf(error);
    return known;
  }
  if (cause instanceof Error && error.code === Code.Unknown) {
    return unforeseen(cause);
  }
  return withProxy(refused(error), endpoint);
}

/** What Flyte said no with. */
function refused(error: ConnectError): ToolError {
  const code = CODES[error.code];
  const [what, nextStep] = SENTENCES[code] ?? ["Flyte failed", "Try again."];
  const said = error.rawMessage ? `: ${quote(error.rawMessage, 1000)}` : "";
  return new ToolError(code, `${what}${said}.`, {
    nextStep,
    requestId: requestIdOf(error),
    retryAfterS: retryAfterOf({ headers: error.metadata }) ??
      (code === "rate_limited" ? UNSAID_PAUSE_S : null),
    cause: error,
  });
}

/** Deno says which access it refused, and to what. */
function notPermitted(error: Error): ToolError {
  const access = /Requires (.+?), run again/.exec(error.message)?.[1] ??
    error.message;
  return new ToolError(
    "permission_missing",
    `Deno's permissions keep this server from ${nameOf(access)}.`,
    {
      nextStep:
        "Person: allow it in the command that starts the server; the README lists the permissions.",
      cause: error,
    },
  );
}

/** A defect of this program, or of what it is built on. */
function shouldNotHappen(error: unknown): ToolError {
  const what = error instanceof Error ? error.message : String(error);
  return new ToolError(
    "unavailable",
    `flyte-mcp failed in a way that should not happen: ${quote(what, 300)}.`,
    {
      nextStep: "Try once more; then tell the person, with these words.",
      cause: error,
    },
  );
}

function requestIdOf(error: ConnectError): string | null {
  const id = error.metadata.get(REQUEST_ID);
  return id === null ? null : nameOf(id, 80);
}
