import {
  NO_PROXIES,
  type Proxies,
  type Proxy,
  proxyFor,
} from "../config/proxy.ts";
import { withBodyFailures } from "./body_failures.ts";
import type { ProbeCertificate } from "./certificate_probe.ts";
import { explain, PROBE_MS } from "./explain.ts";
import { NetworkError, toNetworkError } from "./network_error.ts";

/** The one way of this program to the network. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** What `fetch` takes, and whether the request may reach the server twice. */
export interface FetchInit extends RequestInit {
  /**
   * Never sent a second time. Deno's fetch repeats a request by itself, a POST
   * too, when a connection from its pool turns out to be closed; a code or a
   * refresh token that is spent twice is lost, so such a request gets a
   * connection of its own.
   *
   * @default {false}
   */
  readonly once?: boolean;
}

/** How the one fetch reaches the network. */
export interface FetchOptions {
  /** PEM text of a CA that is trusted beside the system's. */
  readonly caCert: string | null;
  /** @default none but those of the environment, which then go unnamed */
  readonly proxies?: Proxies;
  /** Looks at a peer with which TLS fails. @default nobody does */
  readonly probe?: ProbeCertificate | null;
  /** Bound on that look, in milliseconds. @default {5000} */
  readonly probeMs?: number;
}

/**
 * Makes the fetch that Flyte, its issuer and everything else is called with.
 * It never follows a redirect, so credentials stay with the host they were
 * meant for, and failures come as {@linkcode NetworkError}, those of the body
 * included. Nothing is opened before the first call.
 */
export function createFetch(options: FetchOptions): Fetch & Disposable {
  const { caCert, proxies = NO_PROXIES } = options;
  const { probe = null, probeMs = PROBE_MS } = options;
  const clients = createClients({ caCert, proxies });
  const call: Fetch = async (url, { once = false, ...init }) => {
    const proxy = proxyFor(url, proxies);
    // An abort is the caller's own affair, whatever its reason is.
    const named = (error: unknown) =>
      init.signal?.aborted
        ? init.signal.reason
        : toNetworkError(error, { url, proxy });
    try {
      const client = clients.get(once ? "single" : "pooled");
      const given = { ...init, redirect: "manual", client } as const;
      const response = await globalThis.fetch(url, given);
      if (isProxyRefusal(response, url) && proxy) {
        await response.body?.cancel();
        throw NetworkError.ofProxy(response.status, { url, proxy });
      }
      const { signal = null } = init;
      return withBodyFailures(response, named, { signal });
    } catch (error) {
      const known = named(error);
      if (!(known instanceof NetworkError) || !probe) throw known;
      const { signal = null } = init;
      throw await explain(known, { url, probe, probeMs, signal });
    }
  };
  return Object.assign(call, {
    [Symbol.dispose]: () => clients[Symbol.dispose](),
  });
}

/** Plain http has no tunnel, so the proxy's refusal comes as the answer. */
function isProxyRefusal({ status }: Response, url: string): boolean {
  return status === 407 && url.startsWith("http:");
}

/** One client with a pool, and one whose connections are used once. */
function createClients(
  { caCert, proxies: { configured } }: {
    caCert: string | null;
    proxies: Proxies;
  },
): Disposable & { get(kind: "pooled" | "single"): Deno.HttpClient } {
  const opened = new Map<string, Deno.HttpClient>();
  const open = (kind: string) =>
    Deno.createHttpClient({
      caCerts: caCert === null ? [] : [caCert],
      ...(configured && { proxy: toDeno(configured.value) }),
      ...(kind === "single" && { poolMaxIdlePerHost: 0 }),
    });
  return {
    get(kind) {
      const client = opened.get(kind) ?? open(kind);
      opened.set(kind, client);
      return client;
    },
    [Symbol.dispose]: () => opened.forEach((client) => client.close()),
  };
}

function toDeno({ url: address }: Proxy): Deno.Proxy {
  const url = new URL(address.reveal());
  const { username, password } = url;
  url.username = url.password = "";
  const basicAuth = {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { url: url.href, ...(username && { basicAuth }) };
}
