import type { ProbeCertificate } from "./certificate_probe.ts";
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
  /** URL of a proxy, over those of the environment. @default {null} */
  readonly proxy?: string | null;
  /** Names the certificate at which TLS fails. @default nobody does */
  readonly probe?: ProbeCertificate | null;
}

/** Bound on finding out why TLS failed. */
const PROBE_MS = 5000;

/**
 * Makes the fetch that Flyte, its issuer and everything else is called with.
 * It never follows a redirect, so credentials stay with the host they were
 * meant for, and failures come as {@linkcode NetworkError}, those of the body
 * included. Nothing is opened before the first call.
 */
export function createFetch(options: FetchOptions): Fetch & Disposable {
  const { caCert, proxy = null } = options;
  const base: Deno.CreateHttpClientOptions = {
    caCerts: caCert === null ? [] : [caCert],
    ...(proxy !== null && { proxy: proxyOf(proxy) }),
  };
  let pooled: Deno.HttpClient | undefined;
  let single: Deno.HttpClient | undefined;
  const call: Fetch = async (url, { once = false, ...init }) => {
    // An abort is the caller's own affair, whatever its reason is.
    const named = (error: unknown) =>
      init.signal?.aborted ? init.signal.reason : toNetworkError(error, url);
    try {
      const client = once
        ? single ??= Deno.createHttpClient({ ...base, poolMaxIdlePerHost: 0 })
        : pooled ??= Deno.createHttpClient(base);
      const response = await globalThis.fetch(url, {
        ...init,
        redirect: "manual",
        client,
      });
      return withBodyFailures(response, named);
    } catch (error) {
      throw await explained(named(error), url, options);
    }
  };
  const close = () => [pooled, single].forEach((client) => client?.close());
  return Object.assign(call, { [Symbol.dispose]: close });
}

/** A TLS failure says little: the peer is asked once, without data, why. */
async function explained(
  error: unknown,
  url: string,
  { caCert, proxy = null, probe = null }: FetchOptions,
): Promise<unknown> {
  const isTls = error instanceof NetworkError && error.failure === "tls";
  if (!isTls || !probe) return error;
  const { hostname, port } = new URL(url);
  const signal = AbortSignal.timeout(PROBE_MS);
  const target = { hostname, port: Number(port) || 443, caCert, proxy, signal };
  error.certificate = await probe(target).catch(() => null);
  return error;
}

function proxyOf(address: string): Deno.Proxy {
  const url = new URL(address);
  const { username, password } = url;
  url.username = url.password = "";
  const basicAuth = {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { url: url.href, ...(username && { basicAuth }) };
}

/**
 * The same response, whose body fails with another error when it breaks off.
 *
 * @param named makes that error of the first one
 */
export function withBodyFailures(
  response: Response,
  named: (error: unknown) => unknown,
): Response {
  if (!response.body) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(named(error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
