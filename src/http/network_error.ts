import type { Proxy } from "../config/proxy.ts";
import type { Setting } from "../config/sources.ts";
import type { Probed } from "./certificate_probe.ts";

/** Why no answer came. */
export type NetworkFailure =
  /** The host name does not resolve. */
  | "dns"
  /** Nothing listens there, or no route leads there. */
  | "refused"
  /** The certificate is not trusted, or the peer does not speak TLS. */
  | "tls"
  /** The peer speaks TLS, and was called by plain http. */
  | "tls_only"
  /** The proxy on the way says no. */
  | "proxy"
  /** The private CA that is set is no certificate. */
  | "ca_invalid"
  /** The connection ended before the answer was whole. */
  | "dropped"
  /** Deno's permissions do not allow this host, or the proxy's. */
  | "not_permitted";

/** A request that got no answer. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly failure: NetworkFailure;
  /** Host and port that were called. */
  readonly host: string;
  /** What the call went through. */
  readonly proxy: Setting<Proxy> | null;
  /** What a look at the peer gave, where it says more. */
  probed: Probed | null = null;

  constructor(
    failure: NetworkFailure,
    { url, proxy = null, cause }: {
      url: string;
      proxy?: Setting<Proxy> | null;
      cause: unknown;
    },
  ) {
    super(detailOf(cause) || failure, { cause });
    this.failure = failure;
    this.host = new URL(url).host;
    this.proxy = proxy;
  }

  /** A proxy's own answer. */
  static ofProxy(
    status: number,
    { url, proxy }: { url: string; proxy: Setting<Proxy> },
  ): NetworkError {
    const cause = new Error(`The proxy answered ${status}`);
    const error = new NetworkError("proxy", { url, proxy, cause });
    error.probed = { kind: "no_tunnel", status };
    return error;
  }

  /** Whether trying again is in vain until somebody has mended something. */
  get isLasting(): boolean {
    return this.failure !== "dropped" && this.failure !== "refused";
  }
}

/**
 * Deno's fetch has no error codes; what happened stands in the message of the
 * cause. Anything unknown counts as dropped, which may be tried again.
 */
const SIGNS: readonly (readonly [RegExp, NetworkFailure])[] = [
  // A client cannot be made with a CA like this.
  [
    /^(unable to add pem file|invalid peer certificate: badencoding)/i,
    "ca_invalid",
  ],
  [/proxy authentication required|unsuccessful tunnel|tunneling/i, "proxy"],
  [/dns error|failed to lookup|name or service not known/i, "dns"],
  [/certificate|corrupt message|handshake|\btls\b|\bssl\b/i, "tls"],
  [/connect error|client error \(connect\)|ports? .*blocked/i, "refused"],
];

/** Says what a failed `fetch` of `url` was; an abort is not for here. */
export function toNetworkError(
  error: unknown,
  { url, proxy }: { url: string; proxy: Setting<Proxy> | null },
): unknown {
  if (!(error instanceof Error) || error instanceof NetworkError) return error;
  return new NetworkError(failureOf(error), { url, proxy, cause: error });
}

function failureOf(error: Error): NetworkFailure {
  if (error.name === "NotCapable") return "not_permitted";
  const detail = detailOf(error);
  return SIGNS.find(([pattern]) => pattern.test(detail))?.[1] ?? "dropped";
}

/** What happened, without the address, which may hold any word or secret. */
function detailOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(at.message);
  }
  return parts.join(": ").replace(/^.*?(?=client error \()/s, "");
}
