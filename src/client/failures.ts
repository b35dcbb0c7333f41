import { Code, ConnectError } from "@connectrpc/connect";
import { retryAfterOf } from "../auth/issuer_answer.ts";
import { LoginRequired } from "../auth/login.ts";
import { type ErrorCode, ToolError } from "../errors.ts";
import { NetworkError, type NetworkFailure } from "../http/network_error.ts";
import { UnexpectedResponse } from "../http/unexpected_response.ts";
import { nameOf, quote } from "../text.ts";
import { REQUEST_ID } from "./interceptors.ts";

/** The endpoint and where it was set, for messages. */
export interface EndpointName {
  readonly value: string;
  readonly source: string;
}

/** An answer of something else than Flyte. */
export function notFlyte(
  error: UnexpectedResponse,
  endpoint: string,
): ToolError {
  const { status, redirectHost, title } = error;
  if (redirectHost !== null) {
    return new ToolError(
      "sso_redirect",
      `${endpoint} sends every call to a sign-in page at ${
        nameOf(redirectHost)
      }, which only a browser can pass.`,
      {
        nextStep:
          "Person: set FLYTE_ENDPOINT to the address that Flyte's own command line uses, or ask the admin to let API calls with a token through.",
        cause: error,
      },
    );
  }
  const { origin, pathname } = new URL(endpoint);
  const page = title === null
    ? `HTTP ${status}`
    : `a web page, not a Flyte API (HTTP ${status}${
      title ? `, title "${nameOf(title, 80)}"` : ""
    })`;
  const hint = pathname === "/"
    ? "Check host and port with whoever runs Flyte."
    : `FLYTE_ENDPOINT is usually the host alone: ${origin}`;
  return new ToolError(
    "not_flyte_endpoint",
    `${endpoint} answers ${page}${
      title === null ? ", not as a Flyte API does" : ""
    }.`,
    { nextStep: hint, cause: error },
  );
}

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

/**
 * What a failed call means for the agent.
 *
 * @returns a {@linkcode ToolError} or {@linkcode LoginRequired}
 */
export function toToolError(
  error: unknown,
  endpoint: EndpointName,
): ToolError | LoginRequired {
  if (error instanceof ToolError || error instanceof LoginRequired) {
    return error;
  }
  if (error instanceof UnexpectedResponse) {
    return notFlyte(error, endpoint.value);
  }
  if (error instanceof NetworkError) return networkError(error, endpoint);
  if (error instanceof Error && error.name === "NotCapable") {
    return notPermitted(error);
  }
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
  const code = CODES[error.code];
  const [what, nextStep] = SENTENCES[code] ?? ["Flyte failed", "Try again."];
  const said = error.rawMessage ? `: ${quote(error.rawMessage, 1000)}` : "";
  return new ToolError(code, `${what}${said}.`, {
    nextStep,
    requestId: requestIdOf(error),
    retryAfterS: retryAfterOf({ headers: error.metadata }),
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
function unforeseen(error: unknown): ToolError {
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

function networkError(error: NetworkError, endpoint: EndpointName): ToolError {
  const from = new URL(endpoint.value).host === error.host
    ? ` (from ${endpoint.source})`
    : "";
  const host = nameOf(error.host);
  const texts: Record<NetworkFailure, readonly [ErrorCode, string, string]> = {
    dns: [
      "endpoint_unreachable",
      `Cannot find host "${host.replace(/:\d+$/, "")}"${from}.`,
      "Check the spelling; if it is an internal name, is the VPN on? Trying again will not help.",
    ],
    refused: [
      "endpoint_unreachable",
      `Nothing answers at ${host}${from}.`,
      "Check host and port; is the service running, and is the VPN on?",
    ],
    tls: [
      "tls_untrusted",
      `The certificate of ${host}${from} is not accepted: ${
        quote(error.message, 300)
      }.`,
      "If your organization has a CA of its own, set FLYTE_CA_CERT to its PEM file; if the service speaks plain http, write http:// in the endpoint.",
    ],
    dropped: [
      "unavailable",
      `The connection to ${host}${from} broke off.`,
      "Try once more in a moment; if it stays so, tell the person.",
    ],
    not_permitted: [
      "permission_missing",
      `Deno's permissions do not let this server call ${host}${from}.`,
      `Person: add --allow-net=${host} to the command that starts it.`,
    ],
  };
  const [code, message, nextStep] = texts[error.failure];
  return new ToolError(code, message, { nextStep, cause: error });
}
