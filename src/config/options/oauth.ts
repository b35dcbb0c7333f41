import type { Option } from "./option.ts";

/** What stands over the published client configuration. */
export const OAUTH_OPTIONS = {
  scopes: {
    env: [
      ...["FLYTE_MCP_SCOPES", "FLYTE_SCOPES", "FLYTE_ADMIN_SCOPES"],
      ...["FLYTE_CREDENTIALS_SCOPE", "FLYTE_CREDENTIALS_OAUTH_SCOPES"],
      "FLYTE_CREDENTIALS_SCOPES",
    ],
    file: ["admin.scopes"],
    describe:
      "OAuth scopes, as a JSON array or separated by commas or blanks; unset, the published ones",
  },
  audience: {
    env: [
      ...["FLYTE_MCP_AUDIENCE", "FLYTE_AUDIENCE", "FLYTE_ADMIN_AUDIENCE"],
      "FLYTE_CREDENTIALS_AUDIENCE",
    ],
    file: ["admin.audience"],
    describe: "OAuth audience; unset, the published one",
  },
  issuer: {
    env: ["FLYTE_MCP_ISSUER", "FLYTE_ISSUER"],
    file: [],
    describe:
      "OAuth issuer, for a control plane that publishes none: its endpoints come from its own document (RFC 8414, OpenID Connect Discovery)",
  },
  tokenEndpoint: {
    env: ["FLYTE_MCP_TOKEN_ENDPOINT", "FLYTE_TOKEN_ENDPOINT"],
    file: ["admin.tokenUrl"],
    describe: "OAuth token endpoint; unset, the published one",
  },
  authorizationEndpoint: {
    env: ["FLYTE_MCP_AUTHORIZATION_ENDPOINT", "FLYTE_AUTHORIZATION_ENDPOINT"],
    file: [],
    describe: "OAuth authorization endpoint; unset, the published one",
  },
  deviceAuthorizationEndpoint: {
    env: [
      "FLYTE_MCP_DEVICE_AUTHORIZATION_ENDPOINT",
      "FLYTE_DEVICE_AUTHORIZATION_ENDPOINT",
    ],
    file: [],
    describe: "OAuth device authorization endpoint; unset, the published one",
  },
  redirectUri: {
    env: [
      ...["FLYTE_MCP_REDIRECT_URI", "FLYTE_REDIRECT_URI"],
      "FLYTE_CREDENTIALS_REDIRECT_URI",
    ],
    file: [],
    describe:
      "Where the browser comes back to, to the letter as it is registered; unset, the published one",
  },
  authHeader: {
    env: [
      ...["FLYTE_MCP_AUTH_HEADER", "FLYTE_AUTH_HEADER"],
      "FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY",
    ],
    file: ["admin.authorizationHeader"],
    describe:
      "Name of the header that carries the token; unset, the published one",
  },
  authEndpoint: {
    env: ["FLYTE_MCP_AUTH_ENDPOINT", "FLYTE_PLATFORM_HTTP_URL"],
    file: [],
    describe: "Where the login is described, if not at the endpoint",
  },
  authFirst: {
    env: ["FLYTE_MCP_AUTH_FIRST", "FLYTE_PLATFORM_AUTH"],
    file: [],
    describe: "Log in before the first call, though the server may not ask",
  },
  trustedIssuers: {
    env: ["FLYTE_MCP_TRUSTED_ISSUERS"],
    file: [],
    describe:
      "Hosts that may be sent secrets and tokens as issuers; unset, the one that the control plane publishes",
  },
} as const satisfies Record<string, Option>;
