import { openerProgram } from "./auth/browser.ts";
import type { ClientConfig } from "./auth/client_config.ts";
import { COMMAND_VARIABLES } from "./auth/command.ts";
import { keychainProgram } from "./auth/keychain.ts";
import { isForPeople } from "./config/auth_type.ts";
import { isLoopback } from "./config/endpoint.ts";
import type { Config, ResolvedConfig } from "./config/mod.ts";
import { OPTION_LIST } from "./config/options.ts";
import { PROXY_VARIABLES, proxyFor } from "./config/proxy.ts";
import { type Sources, textOf } from "./config/sources.ts";
import { stateFolder } from "./config/token_store.ts";

/** What the flags are made for. */
export interface FlagsOptions {
  readonly sources: Sources;
  /** What the control plane publishes, if it could be asked. */
  readonly published: ClientConfig | null;
  readonly os: typeof Deno.build.os;
}

/** The flags, each with what is needed and no more. */
export function permissionFlags(
  resolved: ResolvedConfig,
  { sources, published, os }: FlagsOptions,
): string[] {
  const { config, filesRead } = resolved;
  const programs = programsOf(config, os);
  const urls = urlsOf(config, published)
    .flatMap((url) => url && URL.canParse(url) ? [url] : []);
  const through = urls.flatMap((url) =>
    proxyFor(url, config.proxies)?.value ?? []
  );
  const hosts = [...urls.map((url) => new URL(url)), ...through]
    .map(({ host }) => host);
  if (asksPerson(config)) hosts.push(...callbackHosts(published));
  const names = [
    ...ownVariables(resolved, sources),
    ...AMBIENT.filter(isSetIn(sources)),
  ];
  if (through.length > 0) names.push("NO_PROXY", "no_proxy");
  if (programs.length > 0) names.push(...commandVariables(sources, config));
  const kept = loginFolder(config, { env: sources.env, os });
  return [
    flag("env", names),
    flag("read", [...filesRead.map(withoutComma), ...kept]),
    flag("write", kept),
    flag("net", hosts),
    flag("run", programs),
  ].flat();
}

/** Whether somebody logs in, with a code or with the browser. */
function asksPerson({ authType, interactive }: Config): boolean {
  return interactive.value === "auto" && isForPeople(authType?.value);
}

/** Where the logins of people are kept, for this and other processes. */
function loginFolder(
  { authType, tokenStore }: Config,
  { env, os }: { env: Sources["env"]; os: FlagsOptions["os"] },
): string[] {
  const folder = tokenStore?.value ?? stateFolder(env, os);
  const isKept = isForPeople(authType?.value) && folder !== "memory";
  // Deno takes a comma for the end of a path; then nothing is kept.
  return isKept && folder && !folder.includes(",") ? [`${folder}/tokens`] : [];
}

/** What is called; a token that is given needs no issuer. */
function urlsOf(
  config: Config,
  published: ClientConfig | null,
): (string | undefined)[] {
  const { endpoint, authEndpoint, issuer, authType } = config;
  const clusters = config.trustedClusters?.value ?? [];
  const urls = [
    ...[endpoint?.value, authEndpoint?.value],
    ...clusters.map((host) => `https://${host}`),
  ];
  const isPerson = isForPeople(authType?.value);
  if (!isPerson && authType?.value !== "ClientSecret") return urls;
  urls.push(issuer?.value, published?.tokenEndpoint ?? undefined);
  // A login that is kept is renewed, also where nobody can be asked for one.
  if (isPerson) urls.push(published?.issuer ?? undefined);
  const device = asksPerson(config) && published?.deviceAuthorizationEndpoint;
  return device ? [...urls, device] : urls;
}

function programsOf(config: Config, os: FlagsOptions["os"]): string[] {
  const { authType, command, proxyCommand, openBrowser, keychain } = config;
  const used = authType?.value === "ExternalCommand" ? command : null;
  const commands = [used, proxyCommand].flatMap((one) => one?.value[0] ?? []);
  const opens = openBrowser?.value && asksPerson(config);
  const reads = keychain?.value && isForPeople(authType?.value);
  return [
    ...commands,
    ...(opens ? [openerProgram(os)] : []),
    ...(reads ? [keychainProgram(os) ?? []].flat() : []),
  ];
}

/** Where a browser login listens: by address, which is what is bound. */
function callbackHosts(published: ClientConfig | null): string[] {
  const url = URL.parse(published?.redirectUri ?? "");
  if (!url || !isLoopback(url)) return [];
  const port = url.port || "80";
  return url.hostname === "localhost"
    ? [`127.0.0.1:${port}`, `[::1]:${port}`]
    : [`${url.hostname}:${port}`];
}

/** Says of a name whether it is set there. */
export function isSetIn(sources: Sources): (name: string) => boolean {
  return (name) => textOf(sources.env(name)) !== null;
}

/** The variables that are set and count, with those that they name. */
export function ownVariables(
  { namedVariables }: ResolvedConfig,
  sources: Sources,
): string[] {
  const own = OPTION_LIST.flatMap(([, { env }]) =>
    env.flatMap((name) => [name, `${name}_FROM_ENV_VAR`, `${name}_FROM_FILE`])
  ).filter(isSetIn(sources));
  const targets = own.filter((name) => name.endsWith("_FROM_ENV_VAR"))
    .flatMap((name) => textOf(sources.env(name))?.trim() ?? []);
  // What is no name may be the secret itself.
  const named = [...targets, ...namedVariables]
    .filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return [...own, ...named];
}

/**
 * What commands see: those that are set, or hidden from this very process, and
 * whole families.
 */
function commandVariables({ env }: Sources, { commandEnv }: Config): string[] {
  const { names, prefixes } = COMMAND_VARIABLES;
  return [
    ...[...names, ...commandEnv].filter((name) => env(name).kind !== "absent"),
    ...prefixes.map((prefix) => `${prefix}*`),
  ];
}

/** Variables of the machine that count, and that hosts do not pass on. */
export const PASSED_ON = [
  ...["UCTL_CONFIG", "FLYTECTL_CONFIG"],
  ...[...PROXY_VARIABLES, "SSL_CERT_FILE"],
];

/** Variables of the machine that count as well. */
const AMBIENT = [
  ...[...PASSED_ON, "HOME", "USERPROFILE", "CI"],
  ...["XDG_STATE_HOME", "LOCALAPPDATA"],
];

function flag(name: string, values: readonly string[]): string[] {
  const all = [...new Set(values)];
  return all.length > 0 ? [`--allow-${name}=${all.join(",")}`] : [];
}

/** Deno takes a comma for the end of a path: then it is the folder above. */
function withoutComma(path: string): string {
  const [before = path, ...more] = path.split(",");
  return more.length > 0 ? before.replace(/[^/\\]*$/, "") : path;
}
