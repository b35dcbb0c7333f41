import {
  createServer,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { type Peer, started } from "./peer.ts";

/** A request that came to the proxy. */
export interface Proxied {
  readonly method: string;
  /** Host and port of a tunnel, or the whole URL of a plain http request. */
  readonly target: string;
  /** The Basic credentials it was sent, decoded. */
  readonly credentials: string | null;
}

/** How the proxy behaves. */
export interface ProxyOptions {
  /** Ports of this machine, by the host and port that clients ask for. */
  readonly hosts: Readonly<Record<string, number>>;
  /** `user:password` without which nobody gets through. */
  readonly credentials?: string;
  /** What it answers instead of passing anything on: a status or no HTTP. */
  readonly refusal?: number | "garbage" | "hang_up" | "silence";
}

/** An http proxy that writes down what it is asked for. */
export interface RecordingProxy extends Peer {
  readonly host: string;
  readonly seen: readonly Proxied[];
}

/**
 * Starts a proxy that knows the made-up hosts of a test; CONNECT (RFC 9110
 * section 9.3.6) for https, requests with a whole URL for http.
 */
export async function startProxy(
  { hosts, credentials, refusal }: ProxyOptions,
): Promise<RecordingProxy> {
  const seen: Proxied[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(forward);
  server.on("connect", tunnel);
  server.on("connection", (socket) => sockets.add(socket));
  const peer = await started(server, "http");
  return {
    origin: peer.origin,
    host: new URL(peer.origin).host,
    seen,
    async [Symbol.asyncDispose]() {
      const stopped = peer[Symbol.asyncDispose]();
      for (const socket of sockets) socket.destroy();
      await stopped;
    },
  };

  /** @returns what is answered instead */
  function take(
    { method = "", url = "", headers }: IncomingMessage,
  ): ProxyOptions["refusal"] | null {
    const basic = /^Basic (.+)$/.exec(headers["proxy-authorization"] ?? "");
    const sent = basic?.[1] === undefined ? null : decode(basic[1]);
    seen.push({ method, target: url, credentials: sent });
    return credentials !== undefined && sent !== credentials ? 407 : refusal;
  }

  function tunnel(request: IncomingMessage, socket: Socket) {
    socket.on("error", () => {});
    const refused = take(request);
    if (refused !== undefined && refused !== null) {
      return refuse(socket, refused);
    }
    const port = hosts[request.url ?? ""];
    if (port === undefined) return refuse(socket, 502);
    const behind = connectTcp(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(behind).pipe(socket);
    });
    sockets.add(behind);
    behind.on("error", () => socket.destroy());
    behind.on("close", () => socket.destroy());
    socket.on("close", () => behind.destroy());
  }

  function forward(request: IncomingMessage, response: ServerResponse) {
    const refused = take(request);
    const { host, pathname, search } = new URL(request.url ?? "", peer.origin);
    const port = hosts[host] ?? hosts[`${host}:80`];
    if (refused !== undefined && refused !== null || port === undefined) {
      return refuse(request.socket, refused ?? 502);
    }
    const { method, headers } = request;
    const path = `${pathname}${search}`;
    const options = { host: "127.0.0.1", port, path, method, headers };
    const behind = send(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    behind.on("error", () => response.destroy());
    request.pipe(behind);
  }
}

function refuse(
  socket: Socket,
  refusal: NonNullable<ProxyOptions["refusal"]>,
): void {
  switch (refusal) {
    case "silence":
      return;
    case "hang_up":
      return void socket.destroy();
    case "garbage":
      return void socket.end("SSH-2.0-proxy\r\n\r\n");
  }
  const challenge = refusal === 407 ? "Proxy-Authenticate: Basic\r\n" : "";
  socket.end(
    `HTTP/1.1 ${refusal} Refused\r\n${challenge}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

function decode(base64: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}
