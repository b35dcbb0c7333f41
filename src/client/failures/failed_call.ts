import type { ErrorCode } from "../../errors.ts";
import type { NetworkError } from "../../http/network_error.ts";
import { nameOf } from "../../text.ts";
import type { EndpointView } from "./unreachable.ts";

/** Code, what happened, and what to do. */
export type Words = readonly [
  code: ErrorCode,
  message: string,
  nextStep: string,
];

/** A call that got no answer, as sentences name its parts. */
export interface FailedCall {
  readonly error: NetworkError;
  readonly view: EndpointView;
  /** Host and port. */
  readonly host: string;
  /** The host alone, as Deno's flags and NO_PROXY take it. */
  readonly hostname: string;
  /** The host, where it was set, and through what it is called. */
  readonly place: string;
  /** Where the address was set, if it was. */
  readonly setting: string | null;
}

/** Names the parts of a call. */
export function failedCall(
  error: NetworkError,
  view: EndpointView,
): FailedCall {
  const host = nameOf(error.host);
  const isEndpoint = new URL(view.value).host === error.host;
  const from = isEndpoint ? ` (from ${view.source})` : "";
  const { proxy } = error;
  const through = proxy
    ? ` through the proxy ${nameOf(proxy.value.host)} (from ${proxy.source})`
    : "";
  return {
    error,
    view,
    host,
    hostname: host.replace(/:\d+$/, ""),
    place: `${host}${from}${through}`,
    setting: isEndpoint ? view.source : null,
  };
}
