import {
  type Client,
  Code,
  ConnectError,
  createClient,
  type Transport,
} from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import type {
  GetOAuth2MetadataResponse,
  GetPublicClientConfigResponse,
} from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import {
  type ClientConfig,
  type ClientConfigOverride,
  type ClientConfigStore,
  NO_LOGIN,
  withOverride,
} from "../auth/client_config.ts";
import { discover } from "../auth/discovery.ts";
import { issuerFailure, noIssuerDocument } from "../auth/failures.ts";
import { toIssuerUnavailable } from "../auth/issuer_answer.ts";
import { SingleFlight } from "../auth/single_flight.ts";
import { readHeaderName } from "../config/values.ts";
import type { Fetch } from "../http/fetch.ts";

/** Bound on both RPCs with their retries; the real server may need 4 s. */
const TIMEOUT_MS = 20_000;

/**
 * The client configuration as the control plane publishes it: both RPCs of
 * AuthMetadataService in parallel, anonymous, remembered once they succeed.
 *
 * Only GetOAuth2Metadata says whether there is a login: an answer is yes,
 * `unimplemented` is none. GetPublicClientConfig always answers on the real
 * server; one that lacks it has no header key of its own either.
 */
export class RemoteClientConfigStore implements ClientConfigStore {
  readonly #client: Client<typeof AuthMetadataService>;
  readonly #override: ClientConfigOverride;
  readonly #httpFetch: Fetch;
  readonly #fetching: SingleFlight<ClientConfig>;
  #known: ClientConfig | null = null;

  /**
   * @param transport one without credentials
   * @param options.fetch reads the issuer's own document, where the control
   * plane publishes none
   */
  constructor(
    transport: Transport,
    { override, fetch }: { override: ClientConfigOverride; fetch: Fetch },
  ) {
    this.#client = createClient(AuthMetadataService, transport);
    this.#override = override;
    this.#httpFetch = fetch;
    this.#fetching = new SingleFlight((signal) => this.#fetch(signal), {
      timeoutMs: TIMEOUT_MS,
    });
  }

  async get(signal: AbortSignal): Promise<ClientConfig> {
    return this.#known ??= await this.#fetching.join(signal);
  }

  async #fetch(signal: AbortSignal): Promise<ClientConfig> {
    const [metadata, client] = await this.#ask(signal);
    const published = merge(metadata, client);
    const discovered = metadata ? {} : await this.#discover(signal);
    // The issuer's own spelling of itself is the one its answers have.
    const { issuer = this.#override.issuer } = discovered;
    return withOverride({ ...published, ...discovered }, {
      ...this.#override,
      ...(issuer && { issuer }),
    });
  }

  /** When one RPC fails the other is given up; nothing runs on behind. */
  async #ask(signal: AbortSignal) {
    const over = new AbortController();
    const options = { signal: AbortSignal.any([signal, over.signal]) };
    const answers = [
      this.#client.getOAuth2Metadata({}, options).catch(unlessUnimplemented),
      this.#client.getPublicClientConfig({}, options)
        .catch(unlessUnimplemented),
    ] as const;
    const both = Promise.all(answers);
    both.catch(() => over.abort());
    await Promise.allSettled(answers);
    return await both;
  }

  /** Where the control plane publishes no login, a set issuer describes one. */
  async #discover(signal: AbortSignal): Promise<Partial<ClientConfig>> {
    const { issuer, tokenEndpoint } = this.#override;
    if (!issuer || tokenEndpoint) return {};
    const options = { fetch: this.#httpFetch, signal };
    const found = await discover(issuer, options).catch((error: unknown) => {
      const config = { ...NO_LOGIN, issuer };
      throw issuerFailure(toIssuerUnavailable(error), { config });
    });
    if (!found) throw noIssuerDocument(issuer);
    const { revocationEndpoint: _, ...metadata } = found;
    return metadata;
  }
}

/** Empty proto3 strings mean "not said". */
function merge(
  metadata: GetOAuth2MetadataResponse | null,
  client: GetPublicClientConfigResponse | null,
): ClientConfig {
  return {
    hasLogin: metadata !== null,
    issuer: metadata?.issuer || null,
    authorizationEndpoint: metadata?.authorizationEndpoint || null,
    tokenEndpoint: metadata?.tokenEndpoint || null,
    deviceAuthorizationEndpoint: metadata?.deviceAuthorizationEndpoint || null,
    tokenEndpointAuthMethods: metadata?.tokenEndpointAuthMethodsSupported ?? [],
    redirectUri: client?.redirectUri || null,
    clientId: client?.clientId || null,
    scopes: client?.scopes ?? [],
    audience: client?.audience || null,
    headerKey: headerKeyOf(client?.authorizationMetadataKey ?? ""),
  };
}

/** A name that HTTP does not allow counts as none. */
function headerKeyOf(published: string): string {
  try {
    return readHeaderName(published);
  } catch {
    return NO_LOGIN.headerKey;
  }
}

function unlessUnimplemented(error: unknown): null {
  if (ConnectError.from(error).code === Code.Unimplemented) return null;
  throw error;
}
