import type { Proxy } from "../config/proxy.ts";
import type { Setting } from "../config/sources.ts";
import { ToolError } from "../errors.ts";
import type { UnexpectedResponse } from "../http/unexpected_response.ts";
import { nameOf } from "../text.ts";

/** The endpoint, where it was set, and how it is reached, for messages. */
export interface EndpointView extends Setting<string> {
  readonly proxy: Setting<Proxy> | null;
  readonly insecureSkipVerify: Setting<boolean> | null;
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
