import type { Option } from "./option.ts";

/** How to authenticate, and with what. */
export const CREDENTIAL_OPTIONS = {
  authType: {
    common: true,
    flag: "auth-type",
    placeholder: "TYPE",
    env: [
      ...["FLYTE_MCP_AUTH_TYPE", "FLYTE_AUTH_TYPE", "FLYTE_ADMIN_AUTHTYPE"],
      "FLYTE_CREDENTIALS_AUTH_MODE",
    ],
    file: ["admin.authType"],
    describe:
      "How to authenticate: Pkce, DeviceFlow, ClientSecret, ExternalCommand or Passthrough, in any of Flyte's spellings; unset, a login starts when the server asks for one",
  },
  apiKey: {
    common: true,
    env: ["FLYTE_MCP_API_KEY", "FLYTE_API_KEY"],
    file: [],
    secret: true,
    describe:
      "Flyte API key: endpoint, client id, client secret and organization in one; implies ClientSecret",
  },
  clientId: {
    common: true,
    env: [
      ...["FLYTE_MCP_CLIENT_ID", "FLYTE_CLIENT_ID", "FLYTE_ADMIN_CLIENTID"],
      "FLYTE_CREDENTIALS_CLIENT_ID",
    ],
    file: ["admin.clientId"],
    describe: "OAuth client; unset, the one that the control plane publishes",
  },
  clientSecret: {
    common: true,
    env: [
      ...["FLYTE_MCP_CLIENT_SECRET", "FLYTE_CLIENT_SECRET"],
      "FLYTE_CREDENTIALS_CLIENT_SECRET",
    ],
    file: [],
    secret: true,
    describe:
      "Secret of the OAuth client, for ClientSecret, or for Pkce with a confidential client",
  },
  clientSecretEnvVar: {
    env: [
      "FLYTE_ADMIN_CLIENTSECRETENVVAR",
      "FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR",
    ],
    file: ["admin.clientSecretEnvVar"],
    describe: "Name of the variable that holds the client secret",
  },
  clientSecretLocation: {
    env: [
      "FLYTE_ADMIN_CLIENTSECRETLOCATION",
      "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
    ],
    file: ["admin.clientSecretLocation"],
    describe:
      "Path of the file that holds the client secret, read anew for each token",
  },
  command: {
    common: true,
    env: [
      ...["FLYTE_MCP_COMMAND", "FLYTE_COMMAND", "FLYTE_ADMIN_COMMAND"],
      "FLYTE_CREDENTIALS_COMMAND",
    ],
    file: ["admin.command"],
    mayHoldSecret: true,
    describe:
      "Program that prints a token, for ExternalCommand: a JSON array, or words split as a POSIX shell does, nothing expanded",
  },
  proxyCommand: {
    env: [
      ...["FLYTE_MCP_PROXY_COMMAND", "FLYTE_PROXY_COMMAND"],
      ...["FLYTE_ADMIN_PROXYCOMMAND", "FLYTE_CREDENTIALS_PROXY_COMMAND"],
    ],
    file: ["admin.proxyCommand"],
    mayHoldSecret: true,
    describe:
      "Program that prints a token for a proxy in front of Flyte, sent as `proxy-authorization`",
  },
  commandEnv: {
    env: ["FLYTE_MCP_COMMAND_ENV", "FLYTE_COMMAND_ENV"],
    file: [],
    describe:
      "Names of further variables that those programs may see, besides HOME, PATH, `XDG_*`, `AWS_*`, `CLOUDSDK_*`, `GOOGLE_*`, `AZURE_*`, KUBECONFIG, proxies and certificates",
  },
  accessToken: {
    common: true,
    env: ["FLYTE_MCP_ACCESS_TOKEN", "FLYTE_ACCESS_TOKEN"],
    file: [],
    secret: true,
    describe: "A token that somebody else keeps fresh, for Passthrough",
  },
  authMetadata: {
    env: ["FLYTE_MCP_AUTH_METADATA", "FLYTE_AUTH_METADATA"],
    file: [],
    secret: true,
    describe:
      "Request headers for Passthrough: a JSON object, or name=value pairs separated by commas",
  },
} as const satisfies Record<string, Option>;
