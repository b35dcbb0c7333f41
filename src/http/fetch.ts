import { toNetworkError } from "./network_error.ts";

/** The one way of this program to the network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How the one fetch reaches the network. */
export interface FetchOptions {
  /** PEM text of a CA that is trusted beside the system's. */
  readonly caCert: string | null;
}

/**
 * Makes the fetch that Flyte, its issuer and everything else is called with.
 * It never follows a redirect, so credentials stay with the host they were
 * meant for, and failures come as {@linkcode NetworkError}, those of the body
 * included. Nothing is opened before the first call.
 */
export function createFetch(options: FetchOptions): Fetch & Disposable {
  let client: Deno.HttpClient | undefined;
  const call: Fetch = async (url, init) => {
    if (options.caCert !== null) {
      client ??= Deno.createHttpClient({ caCerts: [options.caCert] });
    }
    const { signal } = init;
    try {
      const response = await globalThis.fetch(url, {
        ...init,
        redirect: "manual",
        ...(client && { client }),
      });
      return withNamedFailures(response, url, signal);
    } catch (error) {
      throw toNetworkError(error, url);
    }
  };
  return Object.assign(call, { [Symbol.dispose]: () => client?.close() });
}

/** A body that breaks off says so by name, not as a bare TypeError. */
function withNamedFailures(
  response: Response,
  url: string,
  signal: AbortSignal | null | undefined,
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
        controller.error(
          signal?.aborted ? signal.reason : toNetworkError(error, url),
        );
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
