import { ConnectError } from "@connectrpc/connect";
import { ToolError } from "../../errors.ts";
import { UnexpectedResponse } from "../../http/unexpected_response.ts";
import { nameOf } from "../../text.ts";
import type { FailedCall, Words } from "./failed_call.ts";
import type { EndpointView } from "./unreachable.ts";

/** A proxy that cannot be called; behind it nothing was tried. */
export function proxyUnreachable(call: FailedCall): Words {
  const { error, host } = call;
  const { value, source } = error.proxy ?? UNSEEN;
  const around = `If ${call.hostname} needs no proxy, name it in NO_PROXY.`;
  const behind = `(from ${source}), through which ${host} is called`;
  if (error.failure === "dns") {
    return [
      "endpoint_unreachable",
      `Cannot find the proxy "${nameOf(value.host)}" ${behind}.`,
      `Check its spelling; if it is an internal name, is the VPN on? ${around}`,
    ];
  }
  return [
    "endpoint_unreachable",
    `Nothing answers at the proxy ${nameOf(value.host)} ${behind}.`,
    `Check its host and port; is it running, and is the VPN on? ${around}`,
  ];
}

/** A proxy that says no. */
export function proxyRefusal({ error, host, hostname }: FailedCall): Words {
  const { value, source } = error.proxy ?? UNSEEN;
  const proxy = `The proxy ${nameOf(value.host)} (from ${source})`;
  const { probed } = error;
  const status = probed?.kind === "no_tunnel" ? probed.status : null;
  const answer = status === null ? "" : ` (HTTP ${status})`;
  const around = `if ${hostname} needs no proxy, name it in NO_PROXY`;
  if (status === 407 || /authentication required/.test(error.message)) {
    return [
      "credentials_required",
      value.hasCredentials
        ? `${proxy} refuses the user name and password that ${source} has (HTTP 407).`
        : `${proxy} wants a user name and password (HTTP 407).`,
      value.hasCredentials
        ? `Person: correct them in ${source}.`
        : `Person: put them into ${source}, as http://user:password@${
          nameOf(value.host)
        }; ${around}.`,
    ];
  }
  if (status !== null && status >= 500) {
    return [
      "endpoint_unreachable",
      `${proxy} cannot reach ${host}${answer}.`,
      `Check the host's spelling. Person: ask whoever runs the proxy whether it reaches that host; ${around}.`,
    ];
  }
  return [
    "endpoint_unreachable",
    `${proxy} opens no connection to ${host}${answer}.`,
    status === null
      ? `Person: check that ${source} is the address of an http proxy; ${around}.`
      : `Person: ask whoever runs the proxy to allow that host; ${around}.`,
  ];
}

/**
 * Names the proxy that may have answered in Flyte's place: plain http has no
 * tunnel, and a proxy in front of Flyte looks like Flyte itself.
 */
export function withProxy(error: ToolError, view: EndpointView): ToolError {
  const { cause } = error;
  const answer = cause instanceof ConnectError ? cause.cause : cause;
  const who = answer instanceof UnexpectedResponse && whoElse(answer, view);
  if (!who) return error;
  const { code, message, ...rest } = error;
  return new ToolError(code, `${message} ${who}`, { ...rest, cause });
}

function whoElse(
  { status }: UnexpectedResponse,
  { value, proxy, proxyCommand }: EndpointView,
): string | null {
  if (proxyCommand && status === 401) {
    return `A proxy in front of it may refuse the token of the command from ${proxyCommand.source}.`;
  }
  return proxy && value.startsWith("http:")
    ? `It is called through the proxy ${
      nameOf(proxy.value.host)
    } (from ${proxy.source}), which may have answered itself.`
    : null;
}

/** A proxy that Deno follows and whose variable it hides from this server. */
const UNSEEN = {
  value: { host: "on the way", hasCredentials: false },
  source: "this machine's environment",
};
