import { createServer, type RequestListener } from "node:http";

/** A server on this machine; dispose of it to cut every connection. */
export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
  /** For example `http://127.0.0.1:49152`. */
  readonly url: string;
}

/**
 * Listens on 127.0.0.1 alone.
 *
 * @param port 0 for any free one
 */
export async function listenOnLoopback(
  listener: RequestListener,
  port: number,
): Promise<LoopbackServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
