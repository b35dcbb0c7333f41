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
  /** Whether Deno's fetch takes it from the environment by itself. */
  readonly isAmbient: boolean;
}

/**
 * Finds the proxy for the endpoint: the configured one, else what the
 * environment says, which Deno's fetch follows by itself, NO_PROXY included.
 */
export function findProxy(
  finder: Finder,
  endpoint: string | null,
): Setting<Proxy> | null {
  const configured = finder.find("httpProxyUrl", readProxy);
  if (configured) {
    return { ...configured, value: { ...configured.value, isAmbient: false } };
  }
  if (endpoint === null || isExempt(finder, new URL(endpoint).hostname)) {
    return null;
  }
  const names = endpoint.startsWith("https:")
    ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
  for (const source of names) {
    const text = textOf(finder.env(source));
    // A value that cannot be read is Deno's to judge: it would go unused.
    try {
      if (text) {
        return { value: { ...readProxy(text), isAmbient: true }, source };
      }
    } catch { /* The next name may say more. */ }
  }
  return null;
}

function readProxy(raw: unknown): Omit<Proxy, "isAmbient"> {
  const text = readText(raw);
  const url = URL.parse(
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`,
  );
  const isProxy = url && /^(https?|socks5h?):$/.test(url.protocol);
  if (!isProxy || !url.hostname) {
    throw new SyntaxError(
      "Expected a proxy such as http://proxy.example.com:3128",
    );
  }
  return { host: url.host, url: new Secret(url.href) };
}

/** NO_PROXY: names, which stand for their subdomains too, or `*`. */
function isExempt(finder: Finder, hostname: string): boolean {
  const text = textOf(finder.env("no_proxy")) ??
    textOf(finder.env("NO_PROXY")) ?? "";
  return text.split(",").map((name) => name.trim().replace(/^\*?\./, ""))
    .some((name) =>
      name === "*" ||
      name !== "" && (hostname === name || hostname.endsWith(`.${name}`))
    );
}
