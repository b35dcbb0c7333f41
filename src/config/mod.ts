import { type AuthType, parseAuthType } from "./auth_type.ts";
import {
  type Credentials,
  findCaCert,
  findCredentials,
} from "./credentials.ts";
import { findEndpoint, isLoopback } from "./endpoint.ts";
import { Finder } from "./finder.ts";
import type { Fault, Setting, Sources } from "./sources.ts";
import { readList, readText } from "./values.ts";

/** The resolved configuration: every value with the name of its source. */
export interface Config extends Credentials {
  /** Scheme, host, port and path of the control plane. */
  readonly endpoint: Setting<string> | null;
  readonly org: Setting<string> | null;
  readonly project: Setting<string> | null;
  /** @default {"development"} */
  readonly domain: Setting<string>;
  /** `null`: nothing configured; a login starts when the server asks. */
  readonly authType: Setting<AuthType> | null;
  readonly clientId: Setting<string> | null;
  readonly scopes: Setting<readonly string[]> | null;
  readonly audience: Setting<string> | null;
  /** PEM text of a private CA. */
  readonly caCert: Setting<string> | null;
}

/** A configuration with what is wrong with it. */
export interface ResolvedConfig {
  readonly config: Config;
  /** Empty when the server can work. */
  readonly faults: readonly Fault[];
  /** Sentences on what was ignored, for stderr and `auth_status`. */
  readonly notices: readonly string[];
}

/**
 * Resolves the configuration. Pure: everything it reads comes in as `sources`,
 * and a fault never throws, so that the server can start and say so.
 *
 * @param commandLineFaults sentences on flags that were not understood
 */
export function resolveConfig(
  sources: Sources,
  commandLineFaults: readonly string[] = [],
): ResolvedConfig {
  const finder = new Finder(sources);
  for (const message of commandLineFaults) {
    finder.invalid(message, "Run the server with --help to see its flags.");
  }
  const credentials = findCredentials(finder);
  const config: Config = {
    ...credentials,
    org: finder.find("org", readText),
    project: finder.find("project", readText),
    domain: finder.find("domain", readText) ??
      { value: "development", source: "default" },
    authType: finder.find("authType", (raw) => parseAuthType(readText(raw))) ??
      impliedAuthType(credentials),
    clientId: finder.find("clientId", readText),
    scopes: finder.find("scopes", (raw) => readList(raw, /[\s,]+/)),
    audience: finder.find("audience", readText),
    caCert: findCaCert(finder),
    endpoint: findEndpoint(finder, credentials),
  };
  finder.find("tokenStore", readTokenStore);
  checkCredentials(config, finder);
  return { config, faults: finder.faults, notices: finder.notices };
}

/** Credentials that are set say how to authenticate, unless told otherwise. */
function impliedAuthType(credentials: Credentials): Setting<AuthType> | null {
  const { clientSecret, accessToken, authMetadata } = credentials;
  if (clientSecret) {
    return { value: "ClientSecret", source: clientSecret.source };
  }
  const token = accessToken ?? authMetadata;
  return token && { value: "Passthrough", source: token.source };
}

/** Logins live in this process alone. */
function readTokenStore(raw: unknown): "memory" {
  if (readText(raw).toLowerCase() === "memory") return "memory";
  throw new RangeError("Expected memory");
}

/** What only shows when settings are looked at together. */
function checkCredentials(config: Config, finder: Finder): void {
  const { endpoint, authType, clientSecret, clientId, accessToken } = config;
  const need = (what: string, variable: string) =>
    finder.invalid(
      `${authType?.source} asks for ${authType?.value}, which needs ${what}.`,
      `Set ${variable}.`,
    );
  if (clientSecret && (accessToken ?? config.authMetadata)) {
    const other = accessToken ?? config.authMetadata;
    finder.conflict(
      `Both ${clientSecret.source} and ${other?.source} are set, and they are different logins.`,
      "Remove one of them.",
    );
  }
  if (authType?.value === "ClientSecret" && !clientSecret) {
    need("a client secret", "FLYTE_CLIENT_SECRET");
  }
  if (authType?.value === "ClientSecret" && !clientId) {
    need("a client id", "FLYTE_CLIENT_ID");
  }
  if (
    authType?.value === "Passthrough" && !accessToken && !config.authMetadata
  ) need("a token", "FLYTE_ACCESS_TOKEN");
  const credential = clientSecret ?? accessToken ?? config.authMetadata;
  const plain = endpoint?.value.startsWith("http:") &&
    !isLoopback(endpoint.value);
  if (plain && credential) {
    finder.conflict(
      `${endpoint?.source} is a plain http address, and ${credential.source} would cross the network in clear text.`,
      "Use an https endpoint; plain http is for this machine alone.",
    );
  }
}
