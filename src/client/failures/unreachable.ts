import type { Config } from "../../config/mod.ts";
import { type Proxy, proxyFor } from "../../config/proxy.ts";
import type { Setting } from "../../config/sources.ts";
import { ToolError } from "../../errors.ts";
import type { UnexpectedResponse } from "../../http/unexpected_response.ts";
import { nameOf } from "../../text.ts";

/** The endpoint, where it was set, and how it is reached, for messages. */
export interface EndpointView extends Setting<string> {
  readonly proxy: Setting<Proxy> | null;
  readonly caCert: Setting<string> | null;
  readonly insecureSkipVerify: Setting<boolean> | null;
  /** The program whose token a proxy in front of Flyte wants. */
  readonly proxyCommand: Setting<unknown> | null;
}

/** What messages say of a configured endpoint. */
export function viewOf(
  endpoint: Setting<string>,
  { proxies, caCert, insecureSkipVerify, proxyCommand }: Config,
): EndpointView {
  const proxy = proxyFor(endpoint.value, proxies);
  return { ...endpoint, proxy, caCert, insecureSkipVerify, proxyCommand };
}

/** What they say where none is known. */
export const NO_ENDPOINT: EndpointView = {
  value: "about:blank",
  source: "",
  proxy: null,
  caCert: null,
  insecureSkipVerify: null,
  proxyCommand: null,
};

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
