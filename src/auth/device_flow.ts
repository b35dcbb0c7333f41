import { ToolError } from "../errors.ts";
import type {
  Authenticator,
  AuthenticatorOptions,
  AuthStatus,
  Credentials,
  LoginResult,
  LogoutResult,
} from "./authenticator.ts";
import { DeviceLogin } from "./device_login.ts";
import { issuerFailure, noLogin, tokenRejected } from "./failures.ts";
import { Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import { LoginRequired } from "./login.ts";
import { revoke } from "./revocation.ts";
import { type Token, toToken } from "./token.ts";
import { type Obtained, TokenKeeper } from "./token_keeper.ts";

/** Bound on one call to the token endpoint; it has a signal of its own. */
const TOKEN_TIMEOUT_MS = 10_000;

/**
 * Device login: the person types a code on the issuer's page. Nothing is sent
 * until the server asks; then every tool shows the same code.
 *
 * @see RFC 8628
 */
export class DeviceFlow implements Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #keeper: TokenKeeper;
  readonly #login: DeviceLogin;
  #issuerHost: string | null = null;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#keeper = new TokenKeeper(
      (previous, signal) => this.#obtain(previous, signal),
      { clock: options.clock, rejection: () => this.rejection() },
    );
    this.#login = new DeviceLogin({
      ...options,
      onToken: (obtained) => this.#keeper.keep(obtained),
    });
  }

  async credentials(signal: AbortSignal): Promise<Credentials | null> {
    return await this.#keeper.fresh(signal);
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

  status(): AuthStatus {
    const token = this.#keeper.token;
    const { pending, ended, failure } = this.#login;
    return {
      authType: token || pending ? "DeviceFlow" : null,
      token: token && {
        source: "device login",
        issuerHost: this.#issuerHost,
        obtainedAt: token.obtainedAt,
        expiresAt: token.expiresAt,
        renewable: token.refreshToken !== null,
        claims: token.claims,
      },
      pending,
      ended,
      failure,
    };
  }

  async login(signal: AbortSignal): Promise<LoginResult> {
    if (this.#keeper.token && await this.#isUsable(signal)) {
      return { kind: "logged_in" };
    }
    const config = await this.#options.store.get(signal);
    if (!config.hasLogin) return { kind: "not_needed" };
    const begun = await this.#login.begin(signal, { again: true });
    this.#issuerHost = begun.login.issuerHost;
    return { kind: "pending", ...begun };
  }

  async settled(ms: number, signal: AbortSignal): Promise<void> {
    await this.#login.settled(ms, signal);
  }

  async logout(signal: AbortSignal): Promise<LogoutResult> {
    const pendingLoginCancelled = this.#login.cancel();
    const token = this.#keeper.forget();
    return {
      loggedOut: token !== null,
      revoked: token !== null &&
        await revoke(token, { ...this.#options, signal }),
      pendingLoginCancelled,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login[Symbol.asyncDispose]();
  }

  /** Whether the token is fresh, or can be renewed without a person. */
  async #isUsable(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#keeper.fresh(signal) !== null;
    } catch (error) {
      if (error instanceof LoginRequired) return false;
      throw error;
    }
  }

  /** A refresh where there is something to refresh, else a person. */
  async #obtain(
    previous: Token | null,
    signal: AbortSignal,
  ): Promise<Obtained> {
    const refreshed = previous && await this.#refresh(previous, signal);
    if (refreshed) return refreshed;
    const begun = await this.#login.begin(signal, { again: false });
    this.#issuerHost = begun.login.issuerHost;
    throw new LoginRequired(begun.login, begun.isNew);
  }

  /** @returns `null` when the issuer wants a new login instead */
  async #refresh(
    previous: Token,
    signal: AbortSignal,
  ): Promise<Obtained | null> {
    const { store, fetch, clock, endpoint } = this.#options;
    if (!previous.refreshToken) return null;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    try {
      const response = await new Issuer(config, fetch).refresh(
        previous.refreshToken,
        AbortSignal.any([signal, AbortSignal.timeout(TOKEN_TIMEOUT_MS)]),
      );
      const token = toToken(response, { now: clock.now(), previous });
      return { token, headerKey: config.headerKey };
    } catch (error) {
      if (error instanceof OAuthError) return null;
      throw error instanceof ToolError
        ? error
        : issuerFailure(error, { config });
    }
  }
}
