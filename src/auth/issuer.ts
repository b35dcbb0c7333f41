import * as oauth from "oauth4webapi";
import type { Secret } from "../config/secret.ts";
import type { Fetch } from "../http/fetch.ts";
import type { AuthorizationSecrets } from "./authorization_code.ts";
import { asClient } from "./client_authentication.ts";
import type { ClientConfig } from "./client_config.ts";
import { checked } from "./issuer_answer.ts";
import { askIssuer } from "./issuer_request.ts";
import type { TokenResponse } from "./token.ts";

/** A device authorization, RFC 8628 section 3.2; never shown as a whole. */
export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string | null;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds between polls. @default {5} */
  readonly interval: number;
}

/** How a grant is asked for. */
export interface GrantOptions {
  /** Of a confidential client. */
  readonly secret?: Secret | null;
  readonly signal: AbortSignal;
}

/** RFC 8628 section 3.2: "If no value is provided, clients MUST use 5". */
const DEFAULT_INTERVAL_S = 5;

/** No code is shown for longer than a day. */
const MAX_EXPIRY_S = 24 * 60 * 60;

const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** Calls the endpoints of one issuer for one client. */
export class Issuer {
  readonly #as: oauth.AuthorizationServer;
  readonly #client: oauth.Client;
  readonly #config: ClientConfig;
  readonly #fetch: Fetch;

  constructor(config: ClientConfig, fetch: Fetch) {
    this.#config = config;
    this.#fetch = fetch;
    this.#client = { client_id: config.clientId ?? "" };
    this.#as = {
      issuer: config.issuer ?? config.tokenEndpoint ?? "",
      ...(config.tokenEndpoint && { token_endpoint: config.tokenEndpoint }),
      ...(config.deviceAuthorizationEndpoint && {
        device_authorization_endpoint: config.deviceAuthorizationEndpoint,
      }),
    };
  }

  /** Starts a device login. @see RFC 8628 section 3.1 */
  async startDevice(
    signal: AbortSignal,
    { secret = null }: { secret?: Secret | null } = {},
  ): Promise<DeviceAuthorization> {
    const { device_authorization_endpoint: url } = this.#as;
    const answer = await this.#asClient(secret, async (way) => {
      const response = await askIssuer(
        (options) =>
          oauth.deviceAuthorizationRequest(
            this.#as,
            this.#client,
            way,
            this.#scopeAndAudience(),
            options,
          ),
        { url, fetch: this.#fetch, signal },
      );
      return await checked(
        oauth.processDeviceAuthorizationResponse(
          this.#as,
          this.#client,
          response,
        ),
      );
    });
    return {
      deviceCode: answer.device_code,
      userCode: answer.user_code,
      verificationUri: answer.verification_uri,
      verificationUriComplete: answer.verification_uri_complete ?? null,
      expiresIn: Math.min(answer.expires_in, MAX_EXPIRY_S),
      interval: answer.interval ?? DEFAULT_INTERVAL_S,
    };
  }

  /** Asks once whether the person is done. @see RFC 8628 section 3.4 */
  async pollDevice(
    deviceCode: string,
    options: GrantOptions,
  ): Promise<TokenResponse> {
    const parameters = { device_code: deviceCode };
    return await this.#grant(DEVICE_CODE_GRANT, parameters, options);
  }

  /**
   * Exchanges the code that the browser brought, as a public client with the
   * verifier alone, as a confidential one with its secret too.
   *
   * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5
   */
  async exchangeCode(
    code: string,
    { request, ...options }: GrantOptions & { request: AuthorizationSecrets },
  ): Promise<TokenResponse> {
    return await this.#grant("authorization_code", {
      code,
      redirect_uri: request.redirectUri,
      code_verifier: request.verifier.reveal(),
    }, options);
  }

  /** Spends a refresh token. @see RFC 6749 section 6 */
  async refresh(token: Secret, options: GrantOptions): Promise<TokenResponse> {
    const parameters = { refresh_token: token.reveal() };
    return await this.#grant("refresh_token", parameters, options);
  }

  /** A service's own token. @see RFC 6749 section 4.4 */
  async clientCredentials(
    secret: Secret,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const parameters = this.#scopeAndAudience();
    return await this.#grant("client_credentials", parameters, {
      secret,
      signal,
    });
  }

  /** Asks the token endpoint. */
  async #grant(
    type: string,
    parameters: Record<string, string>,
    { secret = null, signal }: GrantOptions,
  ): Promise<TokenResponse> {
    const { token_endpoint: url } = this.#as;
    return await this.#asClient(secret, async (way) => {
      const response = await askIssuer(
        (options) =>
          oauth.genericTokenEndpointRequest(
            this.#as,
            this.#client,
            way,
            type,
            parameters,
            options,
          ),
        { url, fetch: this.#fetch, signal },
      );
      return await checked(
        oauth.processGenericTokenEndpointResponse(
          this.#as,
          this.#client,
          response,
        ),
      );
    });
  }

  /**
   * A secret goes in the header first, and in the form when that is refused
   * and the issuer does not rule it out.
   *
   * @see RFC 6749 section 2.3.1
   */
  async #asClient<T>(
    secret: Secret | null,
    ask: (way: oauth.ClientAuth) => Promise<T>,
  ): Promise<T> {
    const { tokenEndpointAuthMethods: methods } = this.#config;
    return await asClient(ask, { secret, methods });
  }

  /** Scope and audience, only where there is something to say. */
  #scopeAndAudience(): Record<string, string> {
    const { scopes, audience } = this.#config;
    return {
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      ...(audience && { audience }),
    };
  }
}
