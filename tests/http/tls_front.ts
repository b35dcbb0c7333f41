import { connect as connectTcp } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Certificates } from "./certificates.ts";
import { type Peer, started } from "./peer.ts";

/** TLS in front of a server that speaks none, like a load balancer. */
export interface TlsFront extends Peer {
  readonly port: number;
  /** Bytes that came over each connection whose handshake was completed. */
  readonly received: readonly number[];
  /** Resolves when every connection so far is closed. */
  idle(): Promise<void>;
}

/**
 * Ends TLS and passes what comes over it on, byte by byte.
 *
 * @param target origin of the server behind, asked at each connection
 */
export async function startTlsFront(
  { cert, key }: Certificates,
  target: () => string,
): Promise<TlsFront> {
  const received: number[] = [];
  const open = new Set<{ destroy(): void }>();
  const pass = (socket: TLSSocket) => {
    const at = received.push(0) - 1;
    const { port } = new URL(target());
    const behind = connectTcp(Number(port), "127.0.0.1");
    for (const [one, other] of [[socket, behind], [behind, socket]] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    socket.on("data", (bytes: Uint8Array) => {
      received[at] = (received[at] ?? 0) + bytes.length;
    });
    socket.pipe(behind).pipe(socket);
  };
  const server = createServer({ cert, key }, pass);
  const closed: Promise<void>[] = [];
  server.on("connection", (socket) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on("close", () => resolve());
    closed.push(promise);
  });
  // A client that does not trust it ends the handshake.
  server.on("tlsClientError", () => {});
  const peer = await started(server, "https");
  return {
    origin: peer.origin,
    port: Number(new URL(peer.origin).port),
    received,
    async idle() {
      await Promise.all(closed);
    },
    async [Symbol.asyncDispose]() {
      const stopped = peer[Symbol.asyncDispose]();
      for (const socket of open) socket.destroy();
      await stopped;
    },
  };
}
