import type { ProbeCertificate } from "./certificate_probe.ts";
import { NetworkError } from "./network_error.ts";

/** Bound on finding out why a connection failed. */
export const PROBE_MS = 5000;

/**
 * Deno says little of a TLS handshake or a tunnel that failed: the peer is
 * looked at once, without data, and what was seen goes with the error. A
 * dropped call of plain http may have met a peer that speaks TLS.
 *
 * @throws the reason of the call's own signal, once that is aborted
 */
export async function explain(
  error: NetworkError,
  { url, probe, probeMs, signal }: {
    url: string;
    probe: ProbeCertificate;
    /** Milliseconds. */
    probeMs: number;
    /** Of the call that failed. */
    signal: AbortSignal | null;
  },
): Promise<NetworkError> {
  const { protocol, hostname, port } = new URL(url);
  const { failure, proxy } = error;
  const isPlain = protocol === "http:";
  const isWorthALook = isPlain
    ? failure === "dropped" && proxy === null
    : failure === "tls" || failure === "proxy" && proxy !== null;
  const via = proxy?.value.url.reveal() ?? null;
  // Proxies of other kinds are not spoken here, and never gone around.
  if (!isWorthALook || (via !== null && !via.startsWith("http:"))) return error;
  const timeout = AbortSignal.timeout(probeMs);
  const probed = await probe({
    hostname,
    port: Number(port) || (isPlain ? 80 : 443),
    proxy: via,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch(() => null);
  signal?.throwIfAborted();
  if (!isPlain) error.probed = probed;
  if (!isPlain || probed === null) return error;
  return new NetworkError("tls_only", { url, proxy, cause: error });
}
