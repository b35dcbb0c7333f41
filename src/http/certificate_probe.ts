import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type PeerCertificate } from "node:tls";

/** The certificate at which a TLS connection failed. */
export interface FailingCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Why, in OpenSSL's words, for example `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly reason: string;
}

/** Where to look, and through what. */
export interface ProbeTarget {
  readonly hostname: string;
  readonly port: number;
  /** PEM text of a CA that is trusted beside the system's. */
  readonly caCert: string | null;
  /** URL of an http proxy on the way. */
  readonly proxy: string | null;
  readonly signal: AbortSignal;
}

/** Asks a peer for its certificate; `main.ts` passes the real one in. */
export type ProbeCertificate = (
  target: ProbeTarget,
) => Promise<FailingCertificate | null>;

/**
 * Makes one TLS handshake that trusts anybody, sends no data, and names the
 * certificate at which a connection that does not would fail.
 *
 * @returns `null` when the peer speaks no TLS, or nothing is wrong with it
 */
export async function probeCertificate(
  target: ProbeTarget,
): Promise<FailingCertificate | null> {
  const { hostname, caCert, signal } = target;
  const tcp = await open(target);
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      const tls = connectTls({
        socket: tcp,
        servername: /^[\d.:[\]]+$/.test(hostname) ? "" : hostname,
        rejectUnauthorized: false,
        ...(caCert !== null && { ca: caCert }),
      }, () => {
        const reason = tls.authorizationError;
        const chain = chainOf(tls.getPeerCertificate(true));
        resolve(reason ? describe(chain, String(reason)) : null);
        tls.destroy();
      });
      tls.on("error", () => resolve(null));
    });
  } finally {
    tcp.destroy();
  }
}

/** A connection to the target, through the proxy if there is one. */
async function open(
  { hostname, port, proxy, signal }: ProbeTarget,
): Promise<Socket> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const via = proxy === null ? null : new URL(proxy);
  const socket = connectTcp(
    via
      ? { host: via.hostname, port: Number(via.port) || 80 }
      : { host: bare, port },
  );
  signal.addEventListener("abort", () => socket.destroy());
  await once(socket, "connect");
  if (!via) return socket;
  const credentials = via.username
    ? `proxy-authorization: Basic ${
      btoa(`${via.username}:${via.password}`)
    }\r\n`
    : "";
  socket.write(
    `CONNECT ${hostname}:${port} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${credentials}\r\n`,
  );
  const answer = await once(socket, "data");
  if (/^HTTP\/1\.[01] 200/.test(String(answer))) return socket;
  socket.destroy();
  throw new Error("The proxy refuses the connection");
}

async function once(socket: Socket, event: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("Closed")));
  });
}

/** The leaf first, then who signed it. */
function chainOf(leaf: PeerCertificate): PeerCertificate[] {
  const chain: PeerCertificate[] = [];
  let at: PeerCertificate | undefined = leaf;
  while (at?.subject && !chain.some((one) => isSame(one, at))) {
    chain.push(at);
    at = "issuerCertificate" in at
      ? at.issuerCertificate as PeerCertificate
      : undefined;
  }
  return chain;
}

function isSame(one: PeerCertificate, other: PeerCertificate | undefined) {
  return one.fingerprint256 === other?.fingerprint256;
}

/** Expired and misnamed: the leaf; unknown: the last one that was sent. */
function describe(
  chain: readonly PeerCertificate[],
  reason: string,
): FailingCertificate | null {
  const isLeaf = /EXPIRED|NOT_YET_VALID|ALTNAME|HOSTNAME/i.test(reason);
  const certificate = isLeaf ? chain[0] : chain.at(-1);
  if (!certificate) return null;
  return {
    subject: nameOfParty(certificate.subject),
    issuer: nameOfParty(certificate.issuer),
    reason,
  };
}

/** For example `CN=Acme Root CA, O=Acme`. */
function nameOfParty(party: object): string {
  return Object.entries(party)
    .filter(([key]) => ["CN", "O", "OU"].includes(key))
    .map(([key, value]) => `${key}=${value}`).join(", ");
}
