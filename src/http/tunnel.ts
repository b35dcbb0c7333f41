import { connect, type Socket } from "node:net";

/** Where to connect, and through what. */
export interface Route {
  readonly hostname: string;
  readonly port: number;
  /** URL of an http proxy on the way, with its credentials. */
  readonly proxy: string | null;
  readonly signal: AbortSignal;
}

/** The proxy opens no connection. */
export class TunnelRefused extends Error {
  override readonly name = "TunnelRefused";
  /** What it answered; `null`: nothing that is HTTP. */
  readonly status: number | null;

  constructor(status: number | null) {
    super("The proxy opens no connection");
    this.status = status;
  }
}

/**
 * Opens a connection, through the proxy if there is one, and sends nothing to
 * the host itself.
 *
 * @throws {TunnelRefused} when the proxy says no
 * @see RFC 9110 section 9.3.6
 */
export async function openTunnel(
  { hostname, port, proxy, signal }: Route,
): Promise<Socket> {
  signal.throwIfAborted();
  const via = proxy === null ? null : new URL(proxy);
  const socket = via
    ? connect(Number(via.port) || 80, bare(via.hostname))
    : connect(port, bare(hostname));
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  await once(socket, "connect");
  if (!via) return socket;
  socket.write(connectRequest(`${hostname}:${port}`, via));
  const answer = String(await once(socket, "data"));
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]) || null;
  if (status === 200) return socket;
  socket.destroy();
  throw new TunnelRefused(status);
}

function connectRequest(target: string, { username, password }: URL): string {
  const pair = [username, password].map(decodeURIComponent).join(":");
  const basic = new TextEncoder().encode(pair).toBase64();
  return [
    `CONNECT ${target} HTTP/1.1`,
    `host: ${target}`,
    ...(username ? [`proxy-authorization: Basic ${basic}`] : []),
    "\r\n",
  ].join("\r\n");
}

async function once(
  socket: Socket,
  event: "connect" | "data",
): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new TunnelRefused(null)));
  });
}

/** Sockets take an IPv6 address without the brackets that a URL has. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
