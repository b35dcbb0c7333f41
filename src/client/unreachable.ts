import { type ErrorCode, ToolError } from "../errors.ts";
import type { NetworkError, NetworkFailure } from "../http/network_error.ts";
import type { UnexpectedResponse } from "../http/unexpected_response.ts";
import { nameOf, quote } from "../text.ts";

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

/** A call that got no answer at all. */
export function networkError(
  error: NetworkError,
  endpoint: EndpointName,
): ToolError {
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
