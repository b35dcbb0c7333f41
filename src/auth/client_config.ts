import type { Config } from "../config/mod.ts";

/**
 * How to log in to one Flyte: what its AuthMetadataService publishes, with the
 * local settings over it.
 */
export interface ClientConfig {
  /** Whether the control plane publishes a login at all. */
  readonly hasLogin: boolean;
  readonly issuer: string | null;
  readonly authorizationEndpoint: string | null;
  readonly tokenEndpoint: string | null;
  readonly deviceAuthorizationEndpoint: string | null;
  readonly redirectUri: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  readonly audience: string | null;
  /** Lower-case name of the header that carries the token. */
  readonly headerKey: string;
  /** RFC 8414 `token_endpoint_auth_methods_supported`; empty: not said. */
  readonly tokenEndpointAuthMethods: readonly string[];
}

/** What a {@linkcode ClientConfig} is when nothing is published. */
export const NO_LOGIN: ClientConfig = {
  hasLogin: false,
  issuer: null,
  authorizationEndpoint: null,
  tokenEndpoint: null,
  deviceAuthorizationEndpoint: null,
  redirectUri: null,
  clientId: null,
  scopes: [],
  audience: null,
  headerKey: "authorization",
  tokenEndpointAuthMethods: [],
};

/** Gives the client configuration; the RPC-backed one lives in `client`. */
export interface ClientConfigStore {
  /**
   * The published configuration, asked for once.
   *
   * @throws when the control plane or its issuer cannot be reached; nothing is
   * remembered then, so the next call asks again
   */
  get(signal: AbortSignal): Promise<ClientConfig>;
}

/** Local settings that stand over the published ones. */
export type ClientConfigOverride = Partial<Omit<ClientConfig, "hasLogin">>;

/** The override that the configuration asks for; only what is set. */
export function overrideOf(config: Config): ClientConfigOverride {
  const settings = {
    clientId: config.clientId,
    scopes: config.scopes,
    audience: config.audience,
    issuer: config.issuer,
    tokenEndpoint: config.tokenEndpoint,
    authorizationEndpoint: config.authorizationEndpoint,
    deviceAuthorizationEndpoint: config.deviceAuthorizationEndpoint,
    redirectUri: config.redirectUri,
    headerKey: config.authHeader,
  };
  return Object.fromEntries(
    Object.entries(settings)
      .flatMap(([key, setting]) => setting ? [[key, setting.value]] : []),
  );
}

/**
 * Lays local settings over published ones, field by field: what is not set
 * stays as it is published, the header's name too. A token endpoint that is
 * set locally is a login of its own.
 */
export function withOverride(
  published: ClientConfig,
  override: ClientConfigOverride,
): ClientConfig {
  const merged = { ...published, ...override };
  const hasLogin = published.hasLogin || merged.tokenEndpoint !== null;
  return { ...merged, hasLogin };
}
