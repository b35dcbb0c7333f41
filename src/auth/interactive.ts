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
import { forgetLogins } from "./forget_logins.ts";
import type { BeginOptions, Begun } from "./join_login.ts";
import { KeptLogin, type KeptLoginOptions } from "./kept_login.ts";
import { LoginRequired } from "./login.ts";
import type { LoginChoice } from "./login_choice.ts";
import { nobodyToAsk } from "./login_failures.ts";
import { PersonLogin } from "./person_login.ts";
import { revoke } from "./revocation.ts";
import type { KeptToken } from "./store/login_record.ts";
import { isSameToken } from "./token.ts";

/** What the methods are called in Flyte's configuration. */
const AUTH_TYPES = {
  device: "DeviceFlow",
  browser: "Pkce",
  flyte_cli: "Pkce",
} as const;

/** Where a token came from, as it is shown. */
const SOURCES = {
  device: "device login",
  browser: "browser login",
  flyte_cli: "the Flyte CLI's login",
} as const;

/** Bound on asking the control plane whose login it is, for `auth_status`. */
const LOOK_TIMEOUT_MS = 5000;

/** How a person can log in here. */
export interface InteractiveOptions
  extends
    Pick<KeptLoginOptions, "authType" | "logins" | "secret" | "readKeychain"> {
  /** Which method to use, in which order. */
  readonly choice: LoginChoice;
  /** Which setting says that nobody can be asked; `null`: somebody can. */
  readonly never: { readonly source: string } | null;
}

/**
 * A login by a person, with a code or with the browser. Nothing is sent until
 * the server asks; then every tool shows the same prompt.
 */
export class Interactive implements Authenticator {
  readonly #options: AuthenticatorOptions & InteractiveOptions;
  readonly #kept: KeptLogin;
  readonly #login: PersonLogin;

  constructor(options: AuthenticatorOptions & InteractiveOptions) {
    this.#options = options;
    this.#kept = new KeptLogin({
      ...options,
      rejection: () => this.rejection(),
      logIn: (why, signal) => this.#logIn(why, signal),
    });
    this.#login = new PersonLogin({
      ...options,
      identityOf: (config) => this.#kept.identityOf(config),
      onToken: (kept, config) => this.#kept.keep(kept, config),
    });
  }

  async credentials(signal: AbortSignal): Promise<Credentials | null> {
    const credentials = await this.#kept.fresh(signal);
    if (credentials || !this.#options.authFirst) return credentials;
    const { hasLogin } = await this.#options.store.get(signal);
    return hasLogin ? await this.#kept.renew(null, signal) : null;
  }

  accepted(used: Credentials): void {
    this.#kept.accepted(used);
  }

  async renew(
    used: Credentials | null,
    signal: AbortSignal,
  ): Promise<Credentials> {
    return await this.#kept.renew(used, signal);
  }

  rejection(): ToolError {
    return tokenRejected(this.#options.endpoint, {
      source: this.#kept.issuerHost ?? "The issuer",
    });
  }

  async look(signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    try {
      await this.#kept.lookUp(AbortSignal.any([signal, timeout]));
    } catch {
      // What is known here is shown; a call will say what is wrong.
      signal.throwIfAborted();
    }
  }

  status(): AuthStatus {
    const { kept, issuerHost } = this.#kept;
    const { pending, ended, failure } = this.#login;
    const method = kept?.method ?? pending?.method;
    return {
      authType: method ? AUTH_TYPES[method] : null,
      token: kept && {
        source: SOURCES[kept.method],
        issuerHost,
        obtainedAt: kept.token.obtainedAt,
        expiresAt: kept.token.expiresAt,
        renewable: kept.token.refreshToken !== null,
        claims: kept.token.claims,
      },
      pending,
      ended,
      failure,
      place: this.#options.logins.place,
    };
  }

  async login(
    signal: AbortSignal,
    { method = null, callbackUrl = null }: LoginRequest = {},
  ): Promise<LoginResult> {
    // The browser's own way back may have been faster than the person.
    const isDone = !this.#login.pending && this.#kept.kept;
    if (callbackUrl !== null && !isDone) await this.#login.paste(callbackUrl);
    if (await this.#isUsable(signal)) return { kind: "logged_in" };
    const config = await this.#options.store.get(signal);
    if (!config.hasLogin) return { kind: "not_needed" };
    const begun = await this.#begin(signal, {
      ...{ again: true, method, note: null },
      previous: this.#kept.kept,
    });
    if (begun.kind === "pending") return begun;
    this.#kept.keep(begun.kept, config);
    return { kind: "logged_in" };
  }

  async settled(ms: number, signal: AbortSignal): Promise<void> {
    await this.#login.settled(ms, signal);
  }

  async logout(signal: AbortSignal): Promise<LogoutResult> {
    const wasPending = this.#login.leave();
    const own = this.#kept.forget()?.token;
    const { tokens, flows } = await forgetLogins(this.#options, signal);
    const isKnown = tokens.some((token) => isSameToken(token, own ?? null));
    if (own && !isKnown) tokens.push(own);
    const revoked = await Promise.all(
      tokens.map((token) => revoke(token, { ...this.#options, signal })),
    );
    return {
      loggedOut: tokens.length > 0,
      revoked: revoked.length > 0 && revoked.every(Boolean),
      pendingLoginCancelled: wasPending || flows > 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#login[Symbol.asyncDispose]();
  }

  /** Whether the token is fresh, or can be renewed without a person. */
  async #isUsable(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#kept.fresh(signal) !== null;
    } catch (error) {
      if (error instanceof LoginRequired) return false;
      throw error;
    }
  }

  async #logIn(
    why: { previous: KeptToken | null; note: string | null },
    signal: AbortSignal,
  ): Promise<KeptToken> {
    const begun = await this.#begin(signal, { again: false, ...why });
    if (begun.kind === "token") return begun.kept;
    throw new LoginRequired(begun.login, begun.isNew);
  }

  async #begin(signal: AbortSignal, options: BeginOptions): Promise<Begun> {
    const { endpoint, never } = this.#options;
    if (never) throw nobodyToAsk(endpoint, never);
    return await this.#login.begin(signal, options);
  }
}
