import { type AuthType, findAuthType } from "./auth_type.ts";
import { checkTogether } from "./checks.ts";
import {
  type Credentials,
  findCaCert,
  findCredentials,
} from "./credentials.ts";
import { findEndpoint, readAddress } from "./endpoint.ts";
import { Finder } from "./finder.ts";
import { findOAuthSettings, type OAuthSettings } from "./oauth_settings.ts";
import { findProxies, type Proxies } from "./proxy.ts";
import { findSurface, type SurfaceSettings } from "./surface.ts";
import { findTokenStore } from "./token_store.ts";
import { type Fault, type Setting, type Sources, textOf } from "./sources.ts";
import {
  readBoolean,
  readCommand,
  readHosts,
  readInteractive,
  readResultBytes,
  readSeconds,
  readText,
  readVariableNames,
  RESULT_BYTES,
} from "./values.ts";

/** The resolved configuration: every value with the name of its source. */
export interface Config extends Credentials, OAuthSettings, SurfaceSettings {
  /** Scheme, host, port and path of the control plane. */
  readonly endpoint: Setting<string> | null;
  readonly org: Setting<string> | null;
  readonly project: Setting<string> | null;
  /** @default {"development"} */
  readonly domain: Setting<string>;
  /** Where the console is, if not at the endpoint. */
  readonly consoleEndpoint: Setting<string> | null;
  /** `null`: nothing configured; a login starts when the server asks. */
  readonly authType: Setting<AuthType> | null;
  /** Gives `proxy-authorization`. */
  readonly proxyCommand: Setting<readonly string[]> | null;
  /** Further variables that commands may see. */
  readonly commandEnv: readonly string[];
  /** `never`: there is nobody who could log in. */
  readonly interactive: Setting<"auto" | "never">;
  /** Whether a browser login opens its page by itself. */
  readonly openBrowser: Setting<boolean> | null;
  /** PEM text of a private CA. */
  readonly caCert: Setting<string> | null;
  /** Only answered, never done. */
  readonly insecureSkipVerify: Setting<boolean> | null;
  readonly proxies: Proxies;
  /** Hosts, besides the endpoint's, that Flyte may name as its clusters. */
  readonly trustedClusters: Setting<readonly string[]> | null;
  /** Seconds that a call may wait for a run. */
  readonly maxWait: Setting<number> | null;
  /** Bytes of JSON that a result may have. */
  readonly maxResultBytes: Setting<number>;
  /** A folder, or `memory`; `null`: the platform's own folder. */
  readonly tokenStore: Setting<string> | null;
  /** Whether the Flyte CLI's login is used. */
  readonly keychain: Setting<boolean> | null;
}

/** A configuration with what is wrong with it. */
export interface ResolvedConfig {
  readonly config: Config;
  /** Empty when the server can work. */
  readonly faults: readonly Fault[];
  /** Sentences on what was ignored, for stderr and `auth_status`. */
  readonly notices: readonly string[];
  /** Absolute paths of the files that settings came from. */
  readonly filesRead: readonly string[];
  /** Variables that settings name, found or not. */
  readonly namedVariables: readonly string[];
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
  const filesRead = new Set<string>();
  const finder = new Finder(noting(sources, filesRead));
  for (const message of commandLineFaults) {
    finder.invalid(message, "Run the server with --help to see its flags.");
  }
  const credentials = findCredentials(finder);
  const proxyCommand = finder.find("proxyCommand", readCommand);
  const credential = Object.values(credentials).find(Boolean) ?? proxyCommand;
  const settings = {
    ...credentials,
    ...findOAuthSettings(finder),
    org: finder.find("org", readText),
    project: finder.find("project", readText),
    domain: finder.find("domain", readText) ??
      { value: "development", source: "default" },
    consoleEndpoint: finder.find("consoleEndpoint", readAddress),
    authType: findAuthType(finder, credentials),
    proxyCommand,
    commandEnv: finder.find("commandEnv", readVariableNames)?.value ?? [],
    interactive: finder.find("interactive", readInteractive) ??
      interactiveByCi(finder),
    ...findMachine(finder),
    ...findNetwork(finder),
    ...findSurface(finder),
  };
  // Last, for a missing endpoint is the least of several faults.
  const endpoint = findEndpoint(finder, credential);
  const config: Config = { ...settings, endpoint };
  checkTogether(config, finder);
  const { faults, notices } = finder;
  return {
    ...{ config, faults, notices, filesRead: [...filesRead] },
    namedVariables: [...finder.namedVariables],
  };
}

/** What is used of the machine for logins. */
function findMachine(finder: Finder) {
  return {
    openBrowser: finder.find("openBrowser", readBoolean),
    tokenStore: findTokenStore(finder),
    keychain: finder.find("keychain", readBoolean),
  };
}

/** How hosts are reached, how long is waited, and how much is told. */
function findNetwork(finder: Finder) {
  return {
    caCert: findCaCert(finder),
    insecureSkipVerify: finder.find("insecureSkipVerify", readBoolean),
    proxies: findProxies(finder),
    trustedClusters: finder.find("trustedClusters", readHosts),
    maxWait: finder.find("maxWait", readSeconds),
    maxResultBytes: finder.find("maxResultBytes", readResultBytes) ??
      { value: RESULT_BYTES.usual, source: "default" },
  };
}

/** The same sources, which write down the files that were found. */
function noting(sources: Sources, found: Set<string>): Sources {
  return {
    ...sources,
    file: (path) => {
      const lookup = sources.file(path);
      // The marks of a git root are looked at, but hold no setting.
      const isMark = /[/\\]\.git([/\\]HEAD)?$/.test(path);
      if (lookup.kind === "found" && !isMark) found.add(path);
      return lookup;
    },
  };
}

/** Continuous integration has nobody who could log in. */
function interactiveByCi(finder: Finder): Setting<"auto" | "never"> {
  const ci = textOf(finder.env("CI"))?.trim().toLowerCase();
  const isCi = ci && !["false", "0", "no", "off"].includes(ci);
  return isCi
    ? { value: "never", source: "CI" }
    : { value: "auto", source: "default" };
}
