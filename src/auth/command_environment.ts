import { OPTION_LIST } from "../config/options.ts";
import { type Lookup, textOf } from "../config/sources.ts";
import { COMMAND_VARIABLES } from "./command.ts";

/**
 * Names under the prefixes that credential commands read, for where Deno's
 * permissions let variables be read by name alone.
 */
const WELL_KNOWN = [
  ...["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"],
  ...["XDG_RUNTIME_DIR", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION"],
  ...["AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ...["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ...[
    "AWS_CA_BUNDLE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_STS_REGIONAL_ENDPOINTS",
  ],
  ...[
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ],
  ...[
    "CLOUDSDK_CONFIG",
    "CLOUDSDK_ACTIVE_CONFIG_NAME",
    "CLOUDSDK_CORE_PROJECT",
  ],
  ...[
    "CLOUDSDK_CORE_ACCOUNT",
    "CLOUDSDK_PYTHON",
    "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
  ],
  ...["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"],
  ...["AZURE_CONFIG_DIR", "AZURE_TENANT_ID", "AZURE_CLIENT_ID"],
  ...[
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
  ],
];

/** Where variables are read from. */
export interface Variables {
  /** One variable. */
  readonly env: (name: string) => Lookup;
  /** Every name there is; empty where Deno's permissions do not show them. */
  readonly names: () => readonly string[];
}

/**
 * The environment of credential commands: what they need to find their own
 * login, and nothing of ours. Flyte's secrets are not in it, whoever asks.
 *
 * @param extra names that `FLYTE_COMMAND_ENV` adds
 */
export function commandEnvironment(
  { env, names }: Variables,
  extra: readonly string[],
): Record<string, string> {
  const wanted = [
    ...COMMAND_VARIABLES.names,
    ...names().filter(hasPrefix),
    ...WELL_KNOWN,
    ...extra.filter((name) => !isSecret(name)),
  ];
  return Object.fromEntries(wanted.flatMap((name) => {
    const text = textOf(env(name));
    return text === null ? [] : [[name, text]];
  }));
}

function hasPrefix(name: string): boolean {
  return COMMAND_VARIABLES.prefixes.some((prefix) => name.startsWith(prefix));
}

function isSecret(name: string): boolean {
  return OPTION_LIST.some(([, { secret, env }]) =>
    secret && env.includes(name)
  );
}
