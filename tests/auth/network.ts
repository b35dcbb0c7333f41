/**
 * A network with hosts of any name, which are served on this machine, and a
 * memory of everything that was sent.
 */
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { NetworkError } from "../../src/http/network_error.ts";

/** A request that left the program. */
export interface Sent {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** The network of one test. */
export interface Network extends Disposable {
  readonly fetch: Fetch;
  /** What was sent, in order; also to hosts that do not exist. */
  readonly sent: readonly Sent[];
  /** Whether this text went to a host, in any part of a request. */
  carried(host: string, text: string): boolean;
}

/** @param hosts what serves an origin such as `https://flyte.example.com` */
export function openNetwork(
  hosts: Readonly<Record<string, string | undefined>>,
): Network {
  const real = createFetch({ caCert: null });
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (address, init) => {
      const url = new URL(address);
      const { body = null } = init;
      const request = new Request(url, { method: "POST", body });
      const text = await request.text();
      sent.push({ url, headers: new Headers(init.headers), body: text });
      const server = hosts[url.origin];
      if (server === undefined) {
        throw new NetworkError("dns", { url: address, cause: null });
      }
      const place = `${server}${url.pathname}${url.search}`;
      return await real(place, init);
    },
    carried: (host, text) =>
      sent.some(({ url, headers, body }) =>
        url.host === host &&
        [url.href, ...headers.values(), body, decoded(body)]
          .some((part) => part.includes(text))
      ),
    [Symbol.dispose]: () => real[Symbol.dispose](),
  };
}

/** A form's values as they were before they were encoded. */
function decoded(form: string): string {
  return [...new URLSearchParams(form).values()].join("\n");
}
