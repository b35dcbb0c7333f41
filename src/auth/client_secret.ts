import type { Secret } from "../config/secret.ts";
import type { Setting } from "../config/sources.ts";
import type { ToolError } from "../errors.ts";
import type {
  Authenticator,
  AuthenticatorOptions,
  AuthStatus,
  Credentials,
  LoginResult,
  LogoutResult,
} from "./authenticator.ts";
import {
  issuerFailure,
  issuerHostOf,
  noLogin,
  tokenRejected,
} from "./failures.ts";
import { Issuer } from "./issuer.ts";
import { checkIssuer } from "./issuer_check.ts";
import { toToken } from "./token.ts";
import { type Obtained, TokenKeeper } from "./token_keeper.ts";

/** Bound on one call to the token endpoint; it has a signal of its own. */
const TOKEN_TIMEOUT_MS = 10_000;

/**
 * A service's own login. Its failure is the answer: it never falls through to
 * a person. There is no refresh token; a new grant replaces an old token.
 *
 * @see RFC 6749 section 4.4
 */
export class ClientSecret implements Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #secret: Setting<Secret>;
  readonly #keeper: TokenKeeper;
  #issuerHost: string | null = null;

  constructor(options: AuthenticatorOptions, secret: Setting<Secret>) {
    this.#options = options;
    this.#secret = secret;
    this.#keeper = new TokenKeeper(
      (_previous, signal) => this.#obtain(signal),
      { clock: options.clock, rejection: () => this.rejection() },
    );
  }

  async credentials(signal: AbortSignal): Promise<Credentials | null> {
    const credentials = await this.#keeper.fresh(signal);
    if (credentials) return credentials;
    const { store, authFirst } = this.#options;
    const { hasLogin } = await store.get(signal);
    const wanted = hasLogin || authFirst;
    return wanted ? await this.#keeper.renew(null, signal) : null;
  }

  accepted(used: Credentials): void {
    this.#keeper.accepted(used);
  }

  async renew(
    used: Credentials | null,
    signal: AbortSignal,
  ): Promise<Credentials> {
    return await this.#keeper.renew(used, signal);
  }

  rejection(): ToolError {
    return tokenRejected(this.#options.endpoint, {
      source: this.#issuerHost ?? "The issuer",
    });
  }

  async look(): Promise<void> {}

  status(): AuthStatus {
    const token = this.#keeper.token;
    return {
      authType: "ClientSecret",
      token: token && {
        source: this.#secret.source,
        issuerHost: this.#issuerHost,
        obtainedAt: token.obtainedAt,
        expiresAt: token.expiresAt,
        renewable: true,
        claims: token.claims,
      },
      pending: null,
      ended: null,
      failure: null,
      place: null,
    };
  }

  async login(signal: AbortSignal): Promise<LoginResult> {
    const credentials = await this.credentials(signal);
    return { kind: credentials ? "logged_in" : "not_needed" };
  }

  async settled(): Promise<void> {}

  logout(): Promise<LogoutResult> {
    return Promise.resolve({
      loggedOut: this.#keeper.forget() !== null,
      revoked: false,
      pendingLoginCancelled: false,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #obtain(signal: AbortSignal): Promise<Obtained> {
    const { store, endpoint, fetch, clock } = this.#options;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    checkIssuer(config, this.#options);
    this.#issuerHost = issuerHostOf(config);
    try {
      const response = await new Issuer(config, fetch).clientCredentials(
        this.#secret.value,
        AbortSignal.any([signal, AbortSignal.timeout(TOKEN_TIMEOUT_MS)]),
      );
      const token = toToken(response, { now: clock.now() });
      return { token, headerKey: config.headerKey };
    } catch (error) {
      const secretSource = this.#secret.source;
      throw issuerFailure(error, { config, secretSource });
    }
  }
}
