import { type ErrorCode, ToolError } from "../errors.ts";
import type { NetworkError } from "../http/network_error.ts";
import { nameOf, quote } from "../text.ts";
import type { EndpointView } from "./unreachable.ts";

/** Code, what happened, and what to do. */
type Words = readonly [code: ErrorCode, message: string, nextStep: string];

/** A call that got no answer at all. */
export function networkFailure(
  error: NetworkError,
  view: EndpointView,
): ToolError {
  const [code, message, nextStep] = wordsOf(error, view);
  return new ToolError(code, message, { nextStep, cause: error });
}

function wordsOf(error: NetworkError, view: EndpointView): Words {
  const host = nameOf(error.host);
  const place = `${host}${from(error, view)}`;
  switch (error.failure) {
    case "dns":
      return [
        "endpoint_unreachable",
        `Cannot find host "${host.replace(/:\d+$/, "")}"${from(error, view)}.`,
        "Check the spelling; if it is an internal name, is the VPN on? Trying again will not help.",
      ];
    case "refused":
      return [
        "endpoint_unreachable",
        `Nothing answers at ${place}.`,
        "Check host and port; is the service running, and is the VPN on?",
      ];
    case "tls":
      return tlsWords(error, view);
    case "dropped":
      return [
        "unavailable",
        `The connection to ${place} broke off.`,
        "Try once more in a moment; if it stays so, tell the person.",
      ];
    case "not_permitted":
      return [
        "permission_missing",
        `Deno's permissions do not let this server call ${place}.`,
        `Person: add --allow-net=${host} to the command that starts it.`,
      ];
  }
}

/** Where the host was named, and through what it is called. */
function from({ host }: NetworkError, view: EndpointView): string {
  const isEndpoint = new URL(view.value).host === host;
  const { proxy } = view;
  return [
    ...(isEndpoint ? [` (from ${view.source})`] : []),
    ...(proxy
      ? [
        ` through the proxy ${nameOf(proxy.value.host)} (from ${proxy.source})`,
      ]
      : []),
  ].join("");
}

function tlsWords(error: NetworkError, view: EndpointView): Words {
  const { certificate } = error;
  const host = nameOf(error.host);
  const place = `${host}${from(error, view)}`;
  if (!certificate) {
    return [
      "tls_untrusted",
      /certificate/i.test(error.message)
        ? `The certificate of ${place} is not accepted: ${
          quote(error.message, 300)
        }.`
        : `No TLS connection to ${place}: ${quote(error.message, 300)}.`,
      `If the service speaks plain http, write http:// in the endpoint. ${CA_HINT}`,
    ];
  }
  const { subject, issuer, reason } = certificate;
  return [
    "tls_untrusted",
    `The certificate "${nameOf(subject)}" of ${place}, issued by "${
      nameOf(issuer)
    }", is not accepted (${nameOf(reason, 60)}).`,
    `${remedy(reason)}${skipHint(view, host)}`,
  ];
}

const CA_HINT =
  "If your organization has a CA of its own, set FLYTE_CA_CERT to its PEM file.";

function remedy(reason: string): string {
  if (/EXPIRED/i.test(reason)) {
    return "Admin: renew it; if it is valid, is this machine's clock right?";
  }
  if (/ALTNAME|HOSTNAME/i.test(reason)) {
    return "Check the host name: the certificate is for another one.";
  }
  return CA_HINT;
}

/** Trusting anybody is Deno's to do, for it cannot be done for Flyte alone. */
function skipHint({ insecureSkipVerify }: EndpointView, host: string): string {
  if (!insecureSkipVerify?.value) return "";
  const name = host.replace(/:\d+$/, "");
  return ` ${insecureSkipVerify.source} asks to accept any certificate: for that, start the server with --unsafely-ignore-certificate-errors=${name}.`;
}
