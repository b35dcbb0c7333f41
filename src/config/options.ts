/**
 * Every option once: its names in order of precedence, and its description,
 * from which `--help`, the README's table and the messages are made.
 */
export interface Option {
  /** Command-line flag without dashes; secrets have none. */
  readonly flag?: string;
  /** What the flag takes, as `--help` shows it. */
  readonly placeholder?: string;
  /** Environment variables, first found wins. */
  readonly env: readonly string[];
  /** Keys of a Flyte config file, first found wins. */
  readonly file: readonly string[];
  /** Whether a project's own config file may set it (design: not trusted). */
  readonly project?: true;
  /** Whether its value must never be shown. */
  readonly secret?: true;
  readonly describe: string;
}

/** The options, in the order in which they are documented. */
export const OPTIONS = {
  endpoint: {
    flag: "endpoint",
    placeholder: "URL",
    env: ["FLYTE_MCP_ENDPOINT", "FLYTE_ENDPOINT", "FLYTE_ADMIN_ENDPOINT"],
    file: ["admin.endpoint"],
    project: true,
    describe:
      "Flyte's control plane: a host name, or a URL whose scheme beats `insecure`",
  },
  insecure: {
    env: ["FLYTE_MCP_INSECURE", "FLYTE_INSECURE", "FLYTE_ADMIN_INSECURE"],
    file: ["admin.insecure"],
    project: true,
    describe:
      "Plain http for an endpoint without a scheme; login still works, but credentials then go to this machine only",
  },
  org: {
    flag: "org",
    placeholder: "NAME",
    env: ["FLYTE_MCP_ORG", "FLYTE_ORG", "FLYTE_TASK_ORG"],
    file: ["task.org"],
    project: true,
    describe: "Organization, where the control plane has several",
  },
  project: {
    flag: "project",
    placeholder: "ID",
    env: ["FLYTE_MCP_PROJECT", "FLYTE_PROJECT", "FLYTE_TASK_PROJECT"],
    file: ["task.project"],
    project: true,
    describe: "Project of calls that name none",
  },
  domain: {
    flag: "domain",
    placeholder: "ID",
    env: ["FLYTE_MCP_DOMAIN", "FLYTE_DOMAIN", "FLYTE_TASK_DOMAIN"],
    file: ["task.domain"],
    project: true,
    describe: "Domain of calls that name none; `development` unless set",
  },
  authType: {
    flag: "auth-type",
    placeholder: "TYPE",
    env: ["FLYTE_MCP_AUTH_TYPE", "FLYTE_AUTH_TYPE", "FLYTE_ADMIN_AUTHTYPE"],
    file: ["admin.authType"],
    describe:
      "How to authenticate: DeviceFlow, ClientSecret or Passthrough, in any of Flyte's spellings; unset, a login starts when the server asks for one",
  },
  clientId: {
    env: ["FLYTE_MCP_CLIENT_ID", "FLYTE_CLIENT_ID", "FLYTE_ADMIN_CLIENTID"],
    file: ["admin.clientId"],
    describe: "OAuth client; unset, the one that the control plane publishes",
  },
  clientSecret: {
    env: ["FLYTE_MCP_CLIENT_SECRET", "FLYTE_CLIENT_SECRET"],
    file: [],
    secret: true,
    describe: "Secret of the OAuth client, for ClientSecret",
  },
  clientSecretEnvVar: {
    env: ["FLYTE_ADMIN_CLIENTSECRETENVVAR"],
    file: ["admin.clientSecretEnvVar"],
    describe: "Name of the variable that holds the client secret",
  },
  clientSecretLocation: {
    env: ["FLYTE_ADMIN_CLIENTSECRETLOCATION"],
    file: ["admin.clientSecretLocation"],
    describe: "Path of the file that holds the client secret",
  },
  scopes: {
    env: ["FLYTE_MCP_SCOPES", "FLYTE_SCOPES", "FLYTE_ADMIN_SCOPES"],
    file: ["admin.scopes"],
    describe:
      "OAuth scopes, as a JSON array or separated by commas or blanks; unset, the published ones",
  },
  audience: {
    env: ["FLYTE_MCP_AUDIENCE", "FLYTE_AUDIENCE", "FLYTE_ADMIN_AUDIENCE"],
    file: ["admin.audience"],
    describe: "OAuth audience; unset, the published one",
  },
  accessToken: {
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
  caCert: {
    env: ["FLYTE_MCP_CA_CERT", "FLYTE_CA_CERT", "FLYTE_ADMIN_CACERTFILEPATH"],
    file: ["admin.caCertFilePath"],
    describe:
      "Path of a PEM file with the private CA, for Flyte and the issuer",
  },
  tokenStore: {
    env: ["FLYTE_MCP_TOKEN_STORE"],
    file: [],
    describe:
      "Where logins are kept: `memory`, so each process logs in for itself",
  },
  config: {
    flag: "config",
    placeholder: "PATH",
    env: ["FLYTE_MCP_CONFIG"],
    file: [],
    describe: "Flyte config file to use instead of searching for one",
  },
} as const satisfies Record<string, Option>;

/** The key of an option. */
export type OptionKey = keyof typeof OPTIONS;

/** The options as a uniform table. */
export const OPTION_LIST: readonly (readonly [OptionKey, Option])[] = Object
  .entries(OPTIONS)
  // Object.entries widens the keys of a literal object to string.
  .map(([key, option]) => [key as OptionKey, option]);
