/**
 * One value for every option, and where it shows in the configuration, for
 * tests that walk the whole table of options.
 */
import { headersOf } from "../../src/config/credentials.ts";
import type { Config, ResolvedConfig } from "../../src/config/mod.ts";
import { OPTION_LIST, type OptionKey } from "../../src/config/options.ts";
import type { Secret } from "../../src/config/secret.ts";
import type { Setting } from "../../src/config/sources.ts";
import { HOME, type Machine } from "./machine.ts";

/** An option's value as it is set, and what becomes of it. */
export interface Sample {
  /** As a variable or a flag has it. */
  readonly text: string;
  /** What `seen` gives for it. */
  readonly value: unknown;
  readonly seen: (resolved: ResolvedConfig) => unknown;
  /** What else the machine must have for it to show. */
  readonly with?: Machine;
}

export const PEM =
  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/** A key whose parts nothing else has. */
export const API_KEY = btoa("key.example:key-id:key-secret:key-org");

/** An option that is a setting of its own in the configuration. */
function plain(
  key: keyof Config & OptionKey,
  text: string,
  value: unknown = text,
): Sample {
  const seen = ({ config }: ResolvedConfig) => {
    const setting = config[key];
    return setting && "value" in setting ? setting.value : setting;
  };
  return { text, value, seen };
}

function secret(
  key: "clientSecret" | "accessToken",
  text: string,
): Sample {
  const seen = ({ config }: ResolvedConfig) => config[key]?.value.reveal();
  return { text, value: text, seen };
}

function url(key: keyof Config & OptionKey): Sample {
  return plain(key, `https://issuer.example/${key}`);
}

function clientSecretOf({ config }: ResolvedConfig): unknown {
  return config.clientSecret?.value.reveal();
}

export const SAMPLES: Readonly<Record<OptionKey, Sample>> = {
  endpoint: plain(
    "endpoint",
    "dns:///flyte.example.com",
    "https://flyte.example.com",
  ),
  insecure: {
    text: "True",
    value: "http://localhost:1",
    seen: ({ config }) => config.endpoint?.value,
    with: { flags: { endpoint: "localhost:1" } },
  },
  org: plain("org", "acme"),
  project: plain("project", "ml-prod"),
  domain: plain("domain", "staging"),
  consoleEndpoint: url("consoleEndpoint"),
  config: {
    text: "/etc/flyte.yaml",
    value: "from-the-file",
    seen: ({ config }) => config.project?.value,
    with: { files: { "/etc/flyte.yaml": "task: {project: from-the-file}" } },
  },
  authType: plain("authType", "device-flow", "DeviceFlow"),
  apiKey: { text: API_KEY, value: "key-secret", seen: clientSecretOf },
  clientId: plain("clientId", "ci"),
  clientSecret: secret("clientSecret", "made-up"),
  clientSecretEnvVar: {
    text: "CI_SECRET",
    value: "made-up",
    seen: clientSecretOf,
    with: { env: { CI_SECRET: "made-up" } },
  },
  clientSecretLocation: {
    text: "/run/secret",
    value: "made-up",
    seen: clientSecretOf,
    with: { files: { "/run/secret": "made-up\n" } },
  },
  command: plain("command", "aws 'a b'", ["aws", "a b"]),
  proxyCommand: plain("proxyCommand", '["iap", "a b"]', ["iap", "a b"]),
  commandEnv: plain("commandEnv", "ONE,TWO", ["ONE", "TWO"]),
  accessToken: secret("accessToken", "made-up"),
  authMetadata: {
    text: "X-Team=ml",
    value: [["x-team", "ml"]],
    seen: ({ config }) => config.authMetadata && headersOf(config.authMetadata),
  },
  scopes: plain("scopes", "all,offline", ["all", "offline"]),
  audience: plain("audience", "https://flyte.example.com"),
  issuer: url("issuer"),
  tokenEndpoint: url("tokenEndpoint"),
  authorizationEndpoint: url("authorizationEndpoint"),
  deviceAuthorizationEndpoint: url("deviceAuthorizationEndpoint"),
  redirectUri: plain("redirectUri", "http://localhost:12345/callback"),
  authHeader: plain("authHeader", "Flyte-Authorization", "flyte-authorization"),
  authEndpoint: url("authEndpoint"),
  authFirst: plain("authFirst", "True", true),
  trustedIssuers: plain("trustedIssuers", "a.example,https://b.example/x", [
    "a.example",
    "b.example",
  ]),
  interactive: plain("interactive", "never"),
  openBrowser: plain("openBrowser", "yes", true),
  tokenStore: plain("tokenStore", "/home/ada/logins"),
  disableKeyring: {
    text: "true",
    value: "memory",
    seen: ({ config }) => config.tokenStore?.value,
  },
  keychain: plain("keychain", "1", true),
  caCert: {
    ...plain("caCert", "/etc/ca.pem", PEM),
    with: { files: { "/etc/ca.pem": PEM } },
  },
  trustedClusters: plain(
    "trustedClusters",
    "dp.example.com https://dp2.example.com:8443/",
    ["dp.example.com", "dp2.example.com:8443"],
  ),
  maxWait: plain("maxWait", "30", 30),
  toolsets: plain("toolsets", "default, Apps", ["default", "apps"]),
  tools: plain("tools", "get_run,list_runs", ["get_run", "list_runs"]),
  excludeTools: plain("excludeTools", "logout", ["logout"]),
  pin: {
    ...plain("pin", "project", ["project"]),
    with: { flags: { project: "p" } },
  },
  allowedProjects: plain("allowedProjects", "p q", ["p", "q"]),
  allowedDomains: plain(
    "allowedDomains",
    "development,staging",
    ["development", "staging"],
  ),
  allowedTasks: plain("allowedTasks", "training.*", ["training.*"]),
  maxResultBytes: plain("maxResultBytes", "8192", 8192),
  insecureSkipVerify: plain("insecureSkipVerify", "1", true),
  httpProxyUrl: {
    text: "http://proxy.example:3128",
    value: "proxy.example:3128",
    seen: ({ config }) => config.proxies.configured?.value.host,
  },
};

/** Every place of an option, best first: flags, variables, a key, file keys. */
export function placesOf(key: OptionKey): string[] {
  const option = OPTION_LIST.find(([name]) => name === key)?.[1];
  const inKey = ["endpoint", "clientId", "clientSecret", "org"];
  return [
    ...(option?.flag ? [`--${option.flag}`] : []),
    ...option?.env ?? [],
    ...(inKey.includes(key) ? ["FLYTE_API_KEY"] : []),
    ...option?.file ?? [],
  ];
}

/** The machine with an option set at a place. */
export function withPlace(
  machine: Machine,
  { key, place, text }: { key: OptionKey; place: string; text: string },
): Machine {
  const { env, files, flags } = machine;
  if (place.startsWith("--")) {
    return { ...machine, flags: { ...flags, [key]: text } };
  }
  if (!place.includes(".")) {
    const value = place === "FLYTE_API_KEY" ? API_KEY : text;
    return { ...machine, env: { ...env, [place]: value } };
  }
  const [section, name] = place.split(".");
  const file = `${section}: {${name}: ${JSON.stringify(text)}}`;
  return { ...machine, files: { ...files, [FILE]: file } };
}

/** The person's own config file. */
export const FILE = `${HOME}/.flyte/config.yaml`;

/** Both machines in one. */
export function merge(one: Machine, other: Machine = {}): Machine {
  return {
    ...one,
    ...other,
    env: { ...one.env, ...other.env },
    files: { ...one.files, ...other.files },
    flags: { ...one.flags, ...other.flags },
  };
}

/** A secret or a value, to compare. */
export function revealed(setting: Setting<unknown> | null): unknown {
  const value = setting?.value;
  const isSecret = typeof value === "object" && value && "reveal" in value;
  // Only secrets have a `reveal`.
  return isSecret ? (value as Secret).reveal() : value;
}
