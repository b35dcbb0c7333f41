import type { AuthType } from "../config/auth_type.ts";
import type { Secret } from "../config/secret.ts";
import type { ToolError } from "../errors.ts";
import type { AuthenticatorOptions, Credentials } from "./authenticator.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerHostOf, noLogin } from "./failures.ts";
import { checkIssuer } from "./issuer_check.ts";
import type { ReadKeychain } from "./keychain.ts";
import { type Renewed, renewKept } from "./refresh.ts";
import {
  type CredentialIdentity,
  credentialIdentity,
} from "./store/credential_identity.ts";
import type { KeptToken } from "./store/login_record.ts";
import type { LoginStore } from "./store/login_store.ts";
import { isDue, isSameToken } from "./token.ts";
import { type Obtained, TokenKeeper } from "./token_keeper.ts";

/** What a kept login needs beside what every authenticator has. */
export interface KeptLoginOptions {
  /** What is configured; `null`: nothing. */
  readonly authType: AuthType | null;
  /** Where logins are kept. */
  readonly logins: LoginStore;
  /** Of a confidential client. */
  readonly secret: Secret | null;
  /** Reads the login of the Flyte CLI, where that is wanted. */
  readonly readKeychain: ReadKeychain | null;
  readonly rejection: () => ToolError;
  /**
   * Gets a token where none can be renewed.
   *
   * @throws {LoginRequired} when a person is needed
   */
  readonly logIn: (
    why: { previous: KeptToken | null; note: string | null },
    signal: AbortSignal,
  ) => Promise<KeptToken>;
}

/**
 * The login of one credential identity, which all processes that share a store
 * have in common: one renews it for all, and a logout holds for all.
 */
export class KeptLogin {
  readonly #options: AuthenticatorOptions & KeptLoginOptions;
  readonly #keeper: TokenKeeper;
  #kept: KeptToken | null = null;
  #hasBorrowed = false;
  #isKept = false;
  #issuerHost: string | null = null;

  constructor(options: AuthenticatorOptions & KeptLoginOptions) {
    this.#options = options;
    this.#keeper = new TokenKeeper(
      (_token, signal) => this.#obtain(signal),
      options,
    );
  }

  /** What is in hand, fresh or not. */
  get kept(): KeptToken | null {
    return this.#keeper.token && this.#kept;
  }

  /** Who gave it. */
  get issuerHost(): string | null {
    return this.#issuerHost;
  }

  /** What to send, renewed first when it is about to run out. */
  async fresh(signal: AbortSignal): Promise<Credentials | null> {
    await this.lookUp(signal);
    if (!this.#keeper.token) await this.#borrowOnce(signal);
    return await this.#keeper.fresh(signal);
  }

  /** See `Authenticator.renew`. */
  async renew(
    used: Credentials | null,
    signal: AbortSignal,
  ): Promise<Credentials> {
    return await this.#keeper.renew(used, signal);
  }

  /** The server took these. */
  accepted(used: Credentials): void {
    this.#keeper.accepted(used);
  }

  /** Takes a token that a person has just approved. */
  keep(kept: KeptToken, config: ClientConfig): void {
    this.#keeper.keep(this.#take(kept, config));
  }

  /** Drops the token in hand. @returns what was dropped */
  forget(): KeptToken | null {
    const { kept } = this;
    this.#keeper.forget();
    this.#kept = null;
    return kept;
  }

  /** Takes in what other processes have done: a login, a renewal, a logout. */
  async lookUp(signal: AbortSignal): Promise<void> {
    const { store, logins, endpoint } = this.#options;
    // Where nothing was ever kept, nobody is asked whose login it would be.
    this.#isKept ||= (await logins.identities(endpoint)).length > 0;
    if (!this.#isKept) return;
    const config = await store.get(signal);
    if (!config.hasLogin) return;
    const record = await logins.read(this.identityOf(config));
    if (!record) return;
    const { kept } = record;
    if (isSameToken(kept?.token ?? null, this.#keeper.token)) return;
    if (!kept) return void this.forget();
    this.#keeper.keep(this.#take(kept, config), { isFresh: false });
  }

  /** By what the login that the configuration describes is kept. */
  identityOf(config: ClientConfig): CredentialIdentity {
    return credentialIdentity(config, this.#options);
  }

  /** A renewal where there is something to renew, else a login. */
  async #obtain(signal: AbortSignal): Promise<Obtained> {
    const { store, endpoint, logIn } = this.#options;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    checkIssuer(config, this.#options);
    const previous = this.#kept;
    const { kept, note } = await this.#renew(config, signal);
    const token = kept ?? await this.#borrow(signal) ??
      await logIn({ previous, note }, signal);
    return this.#take(token, config);
  }

  /** Uses the Flyte CLI's login before the server asks, as the CLI would. */
  async #borrowOnce(signal: AbortSignal): Promise<void> {
    if (this.#hasBorrowed) return;
    this.#hasBorrowed = true;
    const kept = await this.#borrow(signal);
    if (!kept) return;
    const config = await this.#options.store.get(signal);
    if (!config.hasLogin) return;
    this.#keeper.keep(this.#take(kept, config), { isFresh: false });
  }

  /** The Flyte CLI's token, while it is good and not the one refused. */
  async #borrow(signal: AbortSignal): Promise<KeptToken | null> {
    const { readKeychain, endpoint, clock } = this.#options;
    const token = await readKeychain?.(endpoint, signal);
    const refused = this.#kept?.token ?? null;
    const isGood = token && !isDue(token, clock.now()) &&
      !isSameToken(token, refused);
    return isGood ? { token, method: "flyte_cli" } : null;
  }

  #renew(config: ClientConfig, signal: AbortSignal): Promise<Renewed> {
    const identity = this.identityOf(config);
    const previous = this.#kept;
    return this.#options.logins.update(
      identity,
      { signal },
      (slot) =>
        renewKept(slot, {
          ...this.#options,
          ...{ identity, config, previous, signal },
        }),
    );
  }

  #take(kept: KeptToken, config: ClientConfig): Obtained {
    this.#kept = kept;
    this.#issuerHost = issuerHostOf(config);
    return { token: kept.token, headerKey: config.headerKey };
  }
}
