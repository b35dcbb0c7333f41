import * as oauth from "oauth4webapi";
import { isLoopback } from "../config/endpoint.ts";
import type { Secret } from "../config/secret.ts";
import type { Fetch } from "../http/fetch.ts";
import { clientAuthentications } from "./client_authentication.ts";
import type { ClientConfig } from "./client_config.ts";
import {
  checked,
  OAuthError,
  readIssuerAnswer,
  toIssuerUnavailable,
} from "./issuer_answer.ts";
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

/** RFC 8628 section 3.2: "If no value is provided, clients MUST use 5". */
const DEFAULT_INTERVAL_S = 5;

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
  async startDevice(signal: AbortSignal): Promise<DeviceAuthorization> {
    const response = await this.#send(
      (options) =>
        oauth.deviceAuthorizationRequest(
          this.#as,
          this.#client,
          oauth.None(),
          this.#grantParameters(),
          options,
        ),
      { signal, url: this.#as.device_authorization_endpoint },
    );
    const answer = await checked(
      oauth.processDeviceAuthorizationResponse(
        this.#as,
        this.#client,
        response,
      ),
    );
    return {
      deviceCode: answer.device_code,
      userCode: answer.user_code,
      verificationUri: answer.verification_uri,
      verificationUriComplete: answer.verification_uri_complete ?? null,
      expiresIn: answer.expires_in,
      interval: answer.interval ?? DEFAULT_INTERVAL_S,
    };
  }

  /** Asks once whether the person is done. @see RFC 8628 section 3.4 */
  async pollDevice(
    deviceCode: string,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    return await this.#grant(DEVICE_CODE_GRANT, { device_code: deviceCode }, {
      signal,
    });
  }

  /** Spends a refresh token. @see RFC 6749 section 6 */
  async refresh(token: Secret, signal: AbortSignal): Promise<TokenResponse> {
    return await this.#grant("refresh_token", {
      refresh_token: token.reveal(),
    }, { signal });
  }

  /**
   * A service's own token. The secret goes in the header first, and in the
   * form when that is refused and the issuer does not rule it out.
   *
   * @see RFC 6749 sections 2.3.1 and 4.4
   */
  async clientCredentials(
    secret: Secret,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const { tokenEndpointAuthMethods } = this.#config;
    let refusal: unknown;
    for (
      const authentication of clientAuthentications(
        secret.reveal(),
        tokenEndpointAuthMethods,
      )
    ) {
      try {
        return await this.#grant(
          "client_credentials",
          this.#grantParameters(),
          { authentication, signal },
        );
      } catch (error) {
        if (!isClientRefusal(error)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  async #grant(
    type: string,
    parameters: Record<string, string>,
    { authentication = oauth.None(), signal }: {
      authentication?: oauth.ClientAuth;
      signal: AbortSignal;
    },
  ): Promise<TokenResponse> {
    const response = await this.#send(
      (options) =>
        oauth.genericTokenEndpointRequest(
          this.#as,
          this.#client,
          authentication,
          type,
          parameters,
          options,
        ),
      { signal },
    );
    return await checked(
      oauth.processGenericTokenEndpointResponse(
        this.#as,
        this.#client,
        response,
      ),
    );
  }

  /** Scope and audience, only where there is something to say. */
  #grantParameters(): Record<string, string> {
    const { scopes, audience } = this.#config;
    return {
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      ...(audience && { audience }),
    };
  }

  async #send(
    request: (options: oauth.TokenEndpointRequestOptions) => Promise<Response>,
    { signal, url = this.#as.token_endpoint }: {
      signal: AbortSignal;
      url?: string | undefined;
    },
  ): Promise<Response> {
    const response = await request({
      signal,
      // The library's option type clashes with exactOptionalPropertyTypes.
      [oauth.customFetch]: (to, init: object) =>
        this.#fetch(to, { ...init, once: true }),
      // Plain http only where `checkIssuer` has let it pass: on this machine.
      [oauth.allowInsecureRequests]: url !== undefined && isLoopback(url),
    }).catch((error: unknown) => {
      throw toIssuerUnavailable(error);
    });
    return await readIssuerAnswer(response).catch((error: unknown) => {
      throw toIssuerUnavailable(error);
    });
  }
}

/** Whether another way of presenting the secret may work. */
function isClientRefusal(error: unknown): boolean {
  return error instanceof OAuthError &&
    (error.status === 401 || error.error === "invalid_client");
}
