import type { Secret } from "../config/secret.ts";
import type { ToolError } from "../errors.ts";
import type {
  Authenticator,
  AuthenticatorOptions,
  AuthStatus,
  Credentials,
  LoginRequest,
  LoginResult,
  LogoutResult,
} from "./authenticator.ts";
import { tokenRejected } from "./failures.ts";
import {
  type LoginMethodName,
  LoginRequired,
  type PendingLogin,
} from "./login.ts";
import type { LoginChoice } from "./login_choice.ts";
import { nobodyToAsk } from "./login_failures.ts";
import { PersonLogin } from "./person_login.ts";
import { revoke } from "./revocation.ts";
import { refresh } from "./refresh.ts";
import type { Token } from "./token.ts";
import { type Obtained, TokenKeeper } from "./token_keeper.ts";

/** What the methods are called in Flyte's configuration. */
const AUTH_TYPES = { device: "DeviceFlow", browser: "Pkce" } as const;

/** How a person can log in here. */
export interface InteractiveOptions {
  /** Which method to use, in which order. */
  readonly choice: LoginChoice;
  /** Of a confidential client, for refreshes. */
  readonly secret: Secret | null;
  /** Whether there is nobody to ask: answers `credentials_required`. */
  readonly never: boolean;
}

/**
 * A login by a person, with a code or with the browser. Nothing is sent until
 * the server asks; then every tool shows the same prompt.
 */
export class Interactive implements Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #keeper: TokenKeeper;
  readonly #login: PersonLogin;
  readonly #secret: Secret | null;
  readonly #never: boolean;
  #method: LoginMethodName = "device";
  #issuerHost: string | null = null;

  constructor(
    options: AuthenticatorOptions,
    { choice, secret, never }: InteractiveOptions,
  ) {
    this.#options = options;
    this.#secret = secret;
    this.#never = never;
    this.#keeper = new TokenKeeper(
      (previous, signal) => this.#obtain(previous, signal),
      { clock: options.clock, rejection: () => this.rejection() },
    );
    this.#login = new PersonLogin(options, {
      choice,
      onToken: (obtained) => this.#keeper.keep(obtained),
    });
  }

  async credentials(signal: AbortSignal): Promise<Credentials | null> {
    const credentials = await this.#keeper.fresh(signal);
    if (credentials || !this.#options.authFirst) return credentials;
    const { hasLogin } = await this.#options.store.get(signal);
    return hasLogin ? await this.#keeper.renew(null, signal) : null;
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
      authType: token || pending ? AUTH_TYPES[this.#method] : null,
      token: token && {
        source: `${this.#method} login`,
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

  async login(
    signal: AbortSignal,
    { method = null, callbackUrl = null }: LoginRequest = {},
  ): Promise<LoginResult> {
    if (callbackUrl !== null) {
      await this.#login.paste(callbackUrl);
      if (this.#keeper.token) return { kind: "logged_in" };
    }
    if (this.#keeper.token && await this.#isUsable(signal)) {
      return { kind: "logged_in" };
    }
    const config = await this.#options.store.get(signal);
    if (!config.hasLogin) return { kind: "not_needed" };
    const begun = await this.#begin(signal, { again: true, method });
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
    const refreshed = previous && await refresh(previous, {
      ...this.#options,
      secret: this.#secret,
      signal,
    });
    if (refreshed) return refreshed;
    const begun = await this.#begin(signal, { again: false });
    throw new LoginRequired(begun.login, begun.isNew);
  }

  async #begin(
    signal: AbortSignal,
    how: { again: boolean; method?: LoginMethodName | null },
  ): Promise<{ login: PendingLogin; isNew: boolean }> {
    if (this.#never) throw nobodyToAsk(this.#options.endpoint);
    const begun = await this.#login.begin(signal, how);
    this.#issuerHost = begun.login.issuerHost;
    this.#method = begun.login.method;
    return begun;
  }
}
