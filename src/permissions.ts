import { openerProgram } from "./auth/browser.ts";
import type { ClientConfig } from "./auth/client_config.ts";
import { COMMAND_VARIABLES } from "./auth/command.ts";
import type { ResolvedConfig } from "./config/mod.ts";
import { OPTION_LIST } from "./config/options.ts";
import { type Sources, textOf } from "./config/sources.ts";

/** What the command line is made for. */
export interface PermissionsOptions {
  readonly sources: Sources;
  /** What the control plane publishes, if it could be asked. */
  readonly published: ClientConfig | null;
  /** Path of the entry point. */
  readonly main: string;
  readonly os: string;
}

/**
 * What `main.ts permissions` prints: the narrowest command line with which the
 * present configuration works, and the same for a host's settings.
 */
export function permissionsText(
  resolved: ResolvedConfig,
  options: PermissionsOptions,
): string {
  const { main, published } = options;
  const args = [
    ...["run", "--quiet", "--no-prompt"],
    ...permissionFlags(resolved, options),
    main,
  ];
  const env = Object.fromEntries(
    shownVariables(options.sources).map((name) => [name, "…"]),
  );
  const notes = [
    ...resolved.faults.map(({ message }) => `# ${message}`),
    ...(published === null
      ? [
        "# The control plane did not answer, so the issuer's hosts are missing from --allow-net.",
      ]
      : []),
  ];
  return `${[...notes, ["deno", ...args].map(quoted).join(" ")].join("\n")}

${JSON.stringify({ command: "deno", args, env }, null, 2)}
`;
}

/** The flags, each with what is needed and no more. */
export function permissionFlags(
  { config, filesRead }: ResolvedConfig,
  { sources, published, os }: PermissionsOptions,
): string[] {
  const { command, proxyCommand, openBrowser, proxy, endpoint } = config;
  const programs = [command, proxyCommand].flatMap((one) =>
    one?.value[0] ?? []
  );
  if (openBrowser?.value) programs.push(openerProgram(os));
  const hosts = [
    endpoint?.value,
    config.authEndpoint?.value,
    published?.tokenEndpoint,
    published?.deviceAuthorizationEndpoint,
    published?.issuer,
  ].flatMap((url) => URL.parse(url ?? "")?.host ?? []);
  if (proxy) hosts.push(proxy.value.host);
  if (published?.hasLogin) hosts.push(...callbackHosts(published));
  const names = shownVariables(sources);
  if (programs.length > 0) names.push(...commandVariables(sources));
  return [
    flag("env", names),
    flag("read", filesRead),
    flag("net", hosts),
    flag("run", programs),
  ].flat();
}

/** Where a browser login listens: by address, which is what is bound. */
function callbackHosts({ redirectUri }: ClientConfig): string[] {
  const url = URL.parse(redirectUri ?? "");
  if (!url?.port) return [];
  return url.hostname === "localhost"
    ? [`127.0.0.1:${url.port}`, `[::1]:${url.port}`]
    : [url.host];
}

/** The variables that are set and count, redirections and targets included. */
function shownVariables(sources: Sources): string[] {
  const isSet = (name: string) => textOf(sources.env(name)) !== null;
  const own = OPTION_LIST.flatMap(([, { env }]) =>
    env.flatMap((name) => [name, `${name}_FROM_ENV_VAR`, `${name}_FROM_FILE`])
  ).filter(isSet);
  const targets = own.filter((name) =>
    /_FROM_ENV_VAR$|SECRETENVVAR$|SECRET_ENV_VAR$/.test(name)
  )
    .flatMap((name) => textOf(sources.env(name)) ?? []);
  return [...own, ...targets, ...AMBIENT.filter(isSet)];
}

/** What credential commands see: those that are set, and whole families. */
function commandVariables(sources: Sources): string[] {
  const { names, prefixes } = COMMAND_VARIABLES;
  return [
    ...names.filter((name) => textOf(sources.env(name)) !== null),
    ...prefixes.map((prefix) => `${prefix}*`),
  ];
}

/** Variables of the machine that count as well. */
const AMBIENT = [
  ...["UCTL_CONFIG", "FLYTECTL_CONFIG", "HOME", "USERPROFILE", "CI"],
  ...["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE"],
];

function flag(name: string, values: readonly string[]): string[] {
  const all = [...new Set(values)];
  return all.length > 0 ? [`--allow-${name}=${all.join(",")}`] : [];
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
