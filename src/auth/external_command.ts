import type { Setting } from "../config/sources.ts";
import { ToolError } from "../errors.ts";
import { UnexpectedResponse } from "../http/unexpected_response.ts";
import { nameOf } from "../text.ts";
import type {
  Authenticator,
  AuthenticatorOptions,
  AuthStatus,
  Credentials,
  LoginResult,
  LogoutResult,
} from "./authenticator.ts";
import { NO_LOGIN } from "./client_config.ts";
import type { RunCommand } from "./command.ts";
import { commandFailure, readCommandToken } from "./command_token.ts";
import { type Token, toToken } from "./token.ts";
import { type Obtained, TokenKeeper } from "./token_keeper.ts";

/** A credential command may open a browser of its own, but not for long. */
const TIMEOUT_MS = 30_000;

/**
 * A program that prints a token, such as `aws` or `gcloud`. It is run before
 * the first call, and again when its token has run out or is refused.
 */
export class ExternalCommand implements Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #command: Setting<readonly string[]>;
  readonly #run: RunCommand;
  readonly #keeper: TokenKeeper;

  constructor(
    options: AuthenticatorOptions,
    { command, run }: {
      command: Setting<readonly string[]>;
      run: RunCommand;
    },
  ) {
    this.#options = options;
    this.#command = command;
    this.#run = run;
    this.#keeper = new TokenKeeper(
      (previous, signal) => this.#obtain(previous, signal),
      {
        clock: options.clock,
        rejection: () => this.rejection(),
        timeoutMs: TIMEOUT_MS + 5000,
      },
    );
  }

  async credentials(signal: AbortSignal): Promise<Credentials> {
    return await this.#keeper.fresh(signal) ??
      await this.#keeper.renew(null, signal);
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
    return new ToolError(
      "token_rejected",
      `The command from ${this.#command.source} gave a token, and ${this.#options.endpoint} refuses it.`,
      {
        nextStep:
          "Person: check that the command logs in to the right account. Admin: compare the token's audience and issuer with what the ingress in front of Flyte checks.",
      },
    );
  }

  async look(): Promise<void> {}

  status(): AuthStatus {
    const token = this.#keeper.token;
    return {
      authType: "ExternalCommand",
      token: token && {
        source: `${
          nameOf(this.#command.value[0] ?? "")
        } (${this.#command.source})`,
        issuerHost: null,
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
    await this.credentials(signal);
    return { kind: "logged_in" };
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

  async #obtain(
    previous: Token | null,
    signal: AbortSignal,
  ): Promise<Obtained> {
    const { clock } = this.#options;
    const [result, headerKey] = await Promise.all([
      this.#run(this.#command.value, { timeoutMs: TIMEOUT_MS, signal }),
      this.#headerKey(signal),
    ]);
    const found = result.kind === "ended" && result.code === 0
      ? readCommandToken(result.stdout)
      : null;
    if (!found) throw commandFailure(this.#command, result);
    const token = toToken(found, { now: clock.now() });
    const expired = (token.expiresAt ?? Infinity) <= clock.now();
    if (expired) throw commandFailure(this.#command, { kind: "expired" });
    // The command keeps its own cache: the token that was refused, again.
    const same = previous?.accessToken.reveal() === found.access_token;
    if (same) throw this.rejection();
    return { token, headerKey };
  }

  /** An ingress that guards even the metadata is served by the default. */
  async #headerKey(signal: AbortSignal): Promise<string> {
    try {
      return (await this.#options.store.get(signal)).headerKey;
    } catch (error) {
      if (error instanceof UnexpectedResponse) return NO_LOGIN.headerKey;
      throw error;
    }
  }
}
