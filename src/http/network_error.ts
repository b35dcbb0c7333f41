import type { FailingCertificate } from "./certificate_probe.ts";

/** Why no answer came. */
export type NetworkFailure =
  /** The host name does not resolve. */
  | "dns"
  /** Nothing listens there, or no route leads there. */
  | "refused"
  /** The certificate is not trusted, or the peer does not speak TLS. */
  | "tls"
  /** The connection ended before the answer was whole. */
  | "dropped"
  /** Deno's permissions do not allow this host. */
  | "not_permitted";

/** A request that got no answer. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly failure: NetworkFailure;
  /** Host and port that were called. */
  readonly host: string;
  /** The certificate at which TLS failed, where it could be found out. */
  certificate: FailingCertificate | null = null;

  constructor(failure: NetworkFailure, host: string, cause: unknown) {
    super(detailOf(cause) || failure, { cause });
    this.failure = failure;
    this.host = host;
  }
}

/**
 * Deno's fetch has no error codes; what happened stands in the message of the
 * cause. Anything unknown counts as dropped, which may be tried again.
 */
const SIGNS: readonly (readonly [RegExp, NetworkFailure])[] = [
  [/dns error|failed to lookup|name or service not known/i, "dns"],
  [/certificate|corrupt message|handshake|\btls\b|\bssl\b/i, "tls"],
  [/connect error|client error \(connect\)|ports? .*blocked/i, "refused"],
];

/** Says what a failed `fetch` of `url` was; an abort is not for here. */
export function toNetworkError(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof NetworkError) return error;
  const { host } = new URL(url);
  if (error.name === "NotCapable") {
    return new NetworkError("not_permitted", host, error);
  }
  const detail = detailOf(error);
  const sign = SIGNS.find(([pattern]) => pattern.test(detail));
  return new NetworkError(sign?.[1] ?? "dropped", host, error);
}

/** What happened, without the address, which may hold any word or secret. */
function detailOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(at.message);
  }
  return parts.join(": ").replace(/^.*?(?=client error \()/s, "");
}
