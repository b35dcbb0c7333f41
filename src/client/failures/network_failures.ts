import { ToolError } from "../../errors.ts";
import type { NetworkError } from "../../http/network_error.ts";
import { nameOf, quote } from "../../text.ts";
import { type FailedCall, failedCall, type Words } from "./failed_call.ts";
import { proxyRefusal, proxyUnreachable } from "./proxy_failures.ts";
import { noPlainHttp, tlsFailure } from "./tls_failures.ts";
import type { EndpointView } from "./unreachable.ts";

/** A call that got no answer at all. */
export function networkFailure(
  error: NetworkError,
  view: EndpointView,
): ToolError {
  const [code, message, nextStep] = wordsOf(failedCall(error, view));
  return new ToolError(code, message, { nextStep, cause: error });
}

function wordsOf(call: FailedCall): Words {
  const { error } = call;
  switch (error.failure) {
    case "dns":
    case "refused":
      return error.proxy ? proxyUnreachable(call) : unreachable(call);
    case "proxy":
      return proxyRefusal(call);
    case "tls":
      return tlsFailure(call);
    case "tls_only":
      return noPlainHttp(call);
    case "ca_invalid":
      return caInvalid(call);
    case "dropped":
      return [
        "unavailable",
        `The connection to ${call.place} broke off.`,
        "Try once more in a moment; if it stays so, tell the person.",
      ];
    case "not_permitted":
      return notPermitted(call);
  }
}

function unreachable({ error, place, host, hostname }: FailedCall): Words {
  return error.failure === "dns"
    ? [
      "endpoint_unreachable",
      `Cannot find host "${hostname}"${place.slice(host.length)}.`,
      "Check the spelling; if it is an internal name, is the VPN on? Trying again will not help.",
    ]
    : [
      "endpoint_unreachable",
      `Nothing answers at ${place}.`,
      "Check host and port; is the service running, and is the VPN on?",
    ];
}

function caInvalid({ error, view }: FailedCall): Words {
  const source = view.caCert?.source ?? "FLYTE_CA_CERT";
  return [
    "config_invalid",
    `The file that ${source} names has a certificate that cannot be read: ${
      quote(error.message, 200)
    }.`,
    `Person: correct that file, then restart the server.`,
  ];
}

/** Deno names what it refused: the host, or the proxy on the way. */
function notPermitted({ error, place, host }: FailedCall): Words {
  const refused = /net access to "([^"]+)"/.exec(error.message)?.[1];
  return [
    "permission_missing",
    `Deno's permissions do not let this server call ${place}.`,
    `Person: add --allow-net=${
      nameOf(refused ?? host)
    } to the command that starts it.`,
  ];
}
