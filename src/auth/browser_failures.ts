import { ToolError } from "../errors.ts";
import type { ClientConfig } from "./client_config.ts";
import { OTHER_WAYS } from "./failures.ts";

/** Browser login without what it takes. */
export function noBrowserLogin(config: ClientConfig): ToolError {
  const missing = [
    ["an authorization endpoint", config.authorizationEndpoint],
    ["a redirect URI", config.redirectUri],
    ["a client id", config.clientId],
  ].filter(([, value]) => !value).map(([name]) => name).join(" and ");
  return new ToolError(
    "grant_not_allowed",
    `Browser login is not possible: the control plane publishes no ${
      missing.replace(/^an? /, "").replaceAll(/and an? /g, "and ")
    }.`,
    {
      nextStep:
        `Admin: publish it in runs.authMetadata. Until then, person: ${OTHER_WAYS}.`,
    },
  );
}

/** An address that was pasted where no browser login waits for it. */
export function nothingToPaste(): ToolError {
  return new ToolError(
    "invalid_argument",
    "No browser login is in progress, so there is nothing to paste.",
    { nextStep: 'Call login {"method":"browser"} for one.' },
  );
}
