import { BlockList, isIP } from "node:net";
import type { Finder } from "./finder.ts";
import { Secret } from "./secret.ts";
import { type Setting, textOf } from "./sources.ts";
import { readText } from "./values.ts";

/** A proxy that calls go through. */
export interface Proxy {
  /** Host and port, for messages. */
  readonly host: string;
  /** The address with its credentials. */
  readonly url: Secret;
  readonly hasCredentials: boolean;
}

/** The proxies that are set; `proxyFor` says which one an address takes. */
export interface Proxies {
  /** From this server's own settings, for every address. */
  readonly configured: Setting<Proxy> | null;
  /** Of the environment, by scheme; Deno's fetch follows them by itself. */
  readonly http: Setting<Proxy> | null;
  readonly https: Setting<Proxy> | null;
  /** The entries of NO_PROXY and this machine, which count for all of them. */
  readonly exempt: readonly string[];
}

/** Variables that say which proxy a scheme takes, as Deno orders them. */
const AMBIENT = {
  http: ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"],
  https: ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"],
} as const;

/** Every variable of the machine that has to do with proxies. */
export const PROXY_VARIABLES: readonly string[] = [
  ...new Set([...AMBIENT.https, ...AMBIENT.http, "NO_PROXY", "no_proxy"]),
];

/** This machine, as NO_PROXY names it. */
const THIS_MACHINE = ["localhost", "127.0.0.0/8", "::1"];

/** What {@linkcode Proxies} are when nothing is set. */
export const NO_PROXIES: Proxies = {
  configured: null,
  http: null,
  https: null,
  exempt: THIS_MACHINE,
};

/** Finds the proxies that are set, here or in the environment. */
export function findProxies(finder: Finder): Proxies {
  const text = (name: string) => textOf(finder.env(name));
  return {
    configured: finder.find("httpProxyUrl", readProxy),
    http: ambient(finder, AMBIENT.http),
    https: ambient(finder, AMBIENT.https),
    exempt: entriesOf(withThisMachine(text("NO_PROXY") ?? text("no_proxy"))),
  };
}

/** Whether any address is called through a proxy. */
export function isProxied({ configured, http, https }: Proxies): boolean {
  return (configured ?? http ?? https) !== null;
}

/** The proxy that a call of this URL goes through. */
export function proxyFor(
  url: string,
  { configured, http, https, exempt }: Proxies,
): Setting<Proxy> | null {
  const { protocol, hostname } = new URL(url);
  if (!hostname || isExempt(hostname, exempt)) return null;
  return configured ?? (protocol === "https:" ? https : http);
}

/**
 * NO_PROXY with this machine in it: plain http is allowed to this machine
 * because it does not leave it, so no proxy must get to see it.
 */
export function withThisMachine(noProxy: string | null): string {
  return [...new Set([...entriesOf(noProxy), ...THIS_MACHINE])].join(",");
}

/** The first that can be read; Deno passes over the others as well. */
function ambient(
  finder: Finder,
  names: readonly string[],
): Setting<Proxy> | null {
  for (const source of names) {
    const text = textOf(finder.env(source));
    if (text === null) continue;
    try {
      return { value: readProxy(text), source };
    } catch {
      finder.notices.push(`${source} is ignored: it is no proxy's address.`);
    }
  }
  return null;
}

function readProxy(raw: unknown): Proxy {
  const text = readText(raw);
  const url = URL.parse(
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`,
  );
  const isProxy = url && /^(https?|socks5h?):$/.test(url.protocol);
  if (!isProxy || !url.hostname || !canDecode(url)) {
    throw new SyntaxError(
      "Expected a proxy such as http://proxy.example.com:3128",
    );
  }
  return {
    host: url.host,
    url: new Secret(url.href),
    hasCredentials: url.username !== "",
  };
}

/** The credentials stand percent-encoded in the address. */
function canDecode({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}

function entriesOf(noProxy: string | null): string[] {
  return (noProxy ?? "").split(",").map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/**
 * Whether NO_PROXY names this host, as Deno reads it: addresses, networks,
 * names with all below them, or `*` for every name; upper case is another one.
 */
function isExempt(hostname: string, exempt: readonly string[]): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(bare);
  return exempt.some((entry) => {
    if (family) return contains(entry, { address: bare, family });
    const name = entry.replace(/^\./, "");
    return name === "*" || bare === name || bare.endsWith(`.${name}`);
  });
}

/** Whether an entry is this address, or a network with it. */
function contains(
  entry: string,
  { address, family }: { address: string; family: number },
): boolean {
  const [network = "", bits] = entry.split("/");
  if (isIP(network) !== family) return false;
  const kind = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  const length = Number(bits ?? (family === 6 ? 128 : 32));
  try {
    list.addSubnet(network, length, kind);
    return list.check(address, kind);
  } catch {
    // A length that no network has.
    return false;
  }
}
