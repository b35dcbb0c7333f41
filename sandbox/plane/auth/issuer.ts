/** The public OAuth client that Flyte's own tools are told to use. */
export interface FlyteClient {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly audience?: string;
}

/** The authorization server behind a deployment: the setting `runs.authMetadata`. */
export interface IssuerOptions {
  /** Its issuer URL, whose RFC 8414 document the plane passes on. */
  readonly url: string;
  readonly client: FlyteClient;
  /**
   * Where that document is, from the issuer's URL on: `externalMetadataUrl`.
   * @default {".well-known/oauth-authorization-server"}
   */
  readonly metadataUrl?: string;
  /** The header tokens go into. @default {"authorization"} */
  readonly authorizationMetadataKey?: string;
}

/** What the plane needs of the world to talk to an issuer. */
export interface IssuerWorld {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Fetches with a deadline that is a sleep of the world, not a timer of the runtime. */
export async function fetchWithin(
  url: string,
  init: { headers?: Record<string, string>; signal: AbortSignal },
  { fetch, sleep, ms }: IssuerWorld & { readonly ms: number },
): Promise<{ response: Response; body: string }> {
  const deadline = new AbortController();
  const awake = new AbortController();
  const given = AbortSignal.any([init.signal, awake.signal]);
  sleep(ms, given).then(
    () => deadline.abort(new Error(`Cannot fetch "${url}" within ${ms} ms`)),
    () => {},
  );
  try {
    const signal = AbortSignal.any([init.signal, deadline.signal]);
    const response = await fetch(url, { ...init, signal });
    return { response, body: await response.text() };
  } finally {
    awake.abort();
  }
}
