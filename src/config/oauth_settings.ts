import type { Finder } from "./finder.ts";
import type { Setting } from "./sources.ts";
import {
  readBoolean,
  readHeaderName,
  readHosts,
  readList,
  readText,
  readUrl,
} from "./values.ts";

/** What stands over the client configuration that Flyte publishes. */
export interface OAuthSettings {
  readonly clientId: Setting<string> | null;
  readonly scopes: Setting<readonly string[]> | null;
  readonly audience: Setting<string> | null;
  readonly issuer: Setting<string> | null;
  readonly tokenEndpoint: Setting<string> | null;
  readonly authorizationEndpoint: Setting<string> | null;
  readonly deviceAuthorizationEndpoint: Setting<string> | null;
  /** To the letter as it is registered. */
  readonly redirectUri: Setting<string> | null;
  /** Lower-case name of the header that carries the token. */
  readonly authHeader: Setting<string> | null;
  /** Where the login is described, if not at the endpoint. */
  readonly authEndpoint: Setting<string> | null;
  /** Whether to log in before the server asks. */
  readonly authFirst: Setting<boolean> | null;
  /** Hosts that may be an issuer; `null`: whatever is published. */
  readonly trustedIssuers: Setting<readonly string[]> | null;
}

/** Finds them; the endpoints are judged when a login uses them. */
export function findOAuthSettings(finder: Finder): OAuthSettings {
  return {
    clientId: finder.find("clientId", readText),
    scopes: finder.find("scopes", (raw) => readList(raw, /[\s,]+/)),
    audience: finder.find("audience", readText),
    issuer: finder.find("issuer", readUrl),
    tokenEndpoint: finder.find("tokenEndpoint", readUrl),
    authorizationEndpoint: finder.find("authorizationEndpoint", readUrl),
    deviceAuthorizationEndpoint: finder.find(
      "deviceAuthorizationEndpoint",
      readUrl,
    ),
    redirectUri: finder.find("redirectUri", readUrl),
    authHeader: finder.find("authHeader", readHeaderName),
    authEndpoint: finder.find("authEndpoint", readUrl),
    authFirst: finder.find("authFirst", readBoolean),
    trustedIssuers: finder.find("trustedIssuers", readHosts),
  };
}
