import type { Config } from "../config/mod.ts";
import { headersOf } from "../config/credentials.ts";
import type { Authenticator, AuthenticatorOptions } from "./authenticator.ts";
import { ClientSecret } from "./client_secret.ts";
import { DeviceFlow } from "./device_flow.ts";
import { unsupportedAuthType } from "./failures.ts";
import { Passthrough } from "./passthrough.ts";

/**
 * Picks the authenticator. What the person configured wins and its failure is
 * the answer; nothing configured sends nothing until the server asks, and then
 * tries the device login.
 *
 * @throws {ToolError} `grant_not_allowed` for a type that is not there
 */
export function createAuthenticator(
  config: Config,
  options: AuthenticatorOptions,
): Authenticator {
  const { authType, clientSecret, accessToken, authMetadata } = config;
  switch (authType?.value) {
    case undefined:
    case "DeviceFlow":
      return new DeviceFlow(options);
    case "ClientSecret":
      if (!clientSecret) throw new TypeError("ClientSecret needs a secret");
      return new ClientSecret(options, clientSecret);
    case "Passthrough":
      return new Passthrough(options, {
        accessToken,
        headers: authMetadata &&
          { source: authMetadata.source, value: headersOf(authMetadata) },
      });
    case "Pkce":
    case "ExternalCommand":
      throw unsupportedAuthType(authType?.value ?? "", {
        source: authType?.source ?? "",
      });
  }
}
