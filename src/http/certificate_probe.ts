import { isIP, type Socket } from "node:net";
import { connect, type PeerCertificate } from "node:tls";
import { openTunnel, type Route, TunnelRefused } from "./tunnel.ts";

/** A certificate that a peer showed. */
export interface Certificate {
  /** For example `CN=flyte.example.com, O=Acme`. */
  readonly subject: string;
  readonly issuer: string;
  /** The hosts that it is for. */
  readonly names: readonly string[];
  /** As the certificate has it, in milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** What a look at a peer gave. */
export type Probed =
  /** It speaks TLS, and shows these: its own first, then who signed it. */
  | { readonly kind: "tls"; readonly chain: readonly Certificate[] }
  /** The proxy on the way opens no connection; `null`: without a status. */
  | { readonly kind: "no_tunnel"; readonly status: number | null };

/** Looks at a peer; `main.ts` passes the real one in. */
export type ProbeCertificate = (route: Route) => Promise<Probed | null>;

/**
 * Makes one TLS handshake that trusts anybody and sends no data, to see the
 * certificates that a connection fails for; Deno's errors do not name them.
 *
 * @returns `null` when the peer does not speak TLS
 * @throws when it cannot be reached, or the signal is aborted
 */
export async function probeCertificate(route: Route): Promise<Probed | null> {
  try {
    using resources = new DisposableStack();
    const socket = await openTunnel(route);
    resources.defer(() => socket.destroy());
    const chain = await shakeHands(socket, route);
    return chain.length > 0 ? { kind: "tls", chain } : null;
  } catch (error) {
    route.signal.throwIfAborted();
    if (!(error instanceof TunnelRefused)) throw error;
    // Without a proxy there is no tunnel: the peer has just hung up.
    if (route.proxy === null) return null;
    return { kind: "no_tunnel", status: error.status };
  }
}

async function shakeHands(
  socket: Socket,
  { hostname, signal }: Route,
): Promise<Certificate[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Certificate[]>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  // Peers with several certificates choose by the name; addresses are no names.
  const servername = isIP(hostname) || hostname.startsWith("[") ? "" : hostname;
  const options = { socket, servername, rejectUnauthorized: false };
  const tls = connect(options, () => {
    resolve(chainOf(tls.getPeerCertificate(true)).map(toCertificate));
  });
  tls.on("error", () => resolve([]));
  tls.on("close", () => resolve([]));
  return await promise.finally(() => tls.destroy());
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

function toCertificate(shown: PeerCertificate): Certificate {
  const names = (shown.subjectaltname ?? "").split(", ")
    .map((name) => name.replace(/^(DNS|IP Address):/, ""))
    .filter((name) => name !== "");
  return {
    subject: nameOfParty(shown.subject),
    issuer: nameOfParty(shown.issuer),
    names,
    validFrom: Date.parse(shown.valid_from),
    validTo: Date.parse(shown.valid_to),
  };
}

/** For example `CN=Acme Root CA, O=Acme`. */
function nameOfParty(party: object): string {
  return ["CN", "O", "OU"].flatMap((key) => {
    const value: unknown = Reflect.get(party, key);
    return value === undefined ? [] : [`${key}=${[value].flat().join(" ")}`];
  }).join(", ");
}
