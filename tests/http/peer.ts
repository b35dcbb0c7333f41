import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server as SocketServer,
  type Socket,
} from "node:net";
import type { Certificates } from "./certificates.ts";

/** A server on this machine that is stopped when it goes out of scope. */
export interface Peer extends AsyncDisposable {
  /** Scheme, host and port. */
  readonly origin: string;
}

/** Serves HTTP with a listener that may do anything to its socket. */
export async function serve(listener: RequestListener): Promise<Peer> {
  return await started(createServer(listener), "http");
}

/** Serves HTTPS. */
export async function serveTls(
  { cert, key }: Certificates,
  listener: RequestListener,
): Promise<Peer> {
  return await started(createTlsServer({ cert, key }, listener), "https");
}

/** Serves bare connections: what comes in is ignored until `act` acts. */
export async function serveSocket(
  act: (socket: Socket) => void,
): Promise<Peer> {
  const server = createSocketServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => act(socket));
  });
  return await started(server, "http");
}

/** An address of this machine where nothing listens. */
export async function closedOrigin(): Promise<string> {
  await using peer = await serveSocket(() => {});
  return peer.origin;
}

/** Has a server listen on this machine. */
export async function started(
  server: Server | SocketServer,
  scheme: string,
): Promise<Peer> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => stopped(server),
  };
}

async function stopped(server: Server | SocketServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  if ("closeAllConnections" in server) server.closeAllConnections();
  await promise;
}
