import type { Secret } from "../config/secret.ts";
import type { Setting } from "../config/sources.ts";
import type { Header } from "../config/values.ts";
import { ToolError } from "../errors.ts";
import { UnexpectedResponse } from "../http/unexpected_response.ts";
import type {
  Authenticator,
  AuthenticatorOptions,
  AuthStatus,
  Credentials,
  LoginResult,
  LogoutResult,
} from "./authenticator.ts";
import { NO_LOGIN } from "./client_config.ts";
import { readClaims } from "./token.ts";

/** The token or the headers that somebody else keeps fresh. */
export interface PassthroughSource {
  readonly accessToken: Setting<Secret> | null;
  /** Read anew for each use, for what a file holds rotates. */
  readonly headers: Setting<() => readonly Header[]> | null;
}

/**
 * Sends what it was given: a token under the header that the control plane
 * names, and any headers as they are. It cannot renew them.
 */
export class Passthrough implements Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #given: PassthroughSource;
  #sent: Credentials | null = null;

  constructor(options: AuthenticatorOptions, given: PassthroughSource) {
    this.#options = options;
    this.#given = given;
  }

  async credentials(signal: AbortSignal): Promise<Credentials> {
    return this.#sent = await this.#build(signal);
  }

  accepted(): void {}

  /** The file behind it may hold a fresh token by now. */
  async renew(
    used: Credentials | null,
    signal: AbortSignal,
  ): Promise<Credentials> {
    const before = used ?? this.#sent;
    const now = await this.credentials(signal);
    if (before && isSame(before, now)) throw this.rejection();
    return now;
  }

  rejection(): ToolError {
    const { expiresAt } = this.#claims() ?? {};
    const { endpoint, clock } = this.#options;
    if (expiresAt && expiresAt <= clock.now()) {
      return new ToolError(
        "credentials_required",
        `The token in ${this.#source()} expired at ${
          new Date(expiresAt).toISOString()
        }.`,
        { nextStep: `Person: put a fresh token into ${this.#source()}.` },
      );
    }
    return new ToolError(
      "token_rejected",
      `${endpoint} refuses what ${this.#source()} holds.`,
      {
        nextStep:
          `Person: put a fresh one into ${this.#source()}. If it is fresh, admin: compare its audience and issuer with what the ingress in front of Flyte checks.`,
      },
    );
  }

  async look(): Promise<void> {}

  status(): AuthStatus {
    const claims = this.#claims();
    return {
      authType: "Passthrough",
      token: {
        source: this.#source(),
        issuerHost: null,
        obtainedAt: null,
        expiresAt: claims?.expiresAt ?? null,
        renewable: false,
        claims,
      },
      pending: null,
      ended: null,
      failure: null,
      place: null,
    };
  }

  login(): Promise<LoginResult> {
    return Promise.resolve({ kind: "logged_in" });
  }

  async settled(): Promise<void> {}

  /** The setting stays, so there is nothing that could be forgotten. */
  logout(): Promise<LogoutResult> {
    return Promise.resolve({
      loggedOut: false,
      revoked: false,
      pendingLoginCancelled: false,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #build(signal: AbortSignal): Promise<Credentials> {
    const { accessToken, headers } = this.#given;
    const given = headers?.value() ?? [];
    if (!accessToken) return { headers: given };
    const headerKey = await this.#headerKey(signal);
    const bearer = `Bearer ${accessToken.value.reveal()}`;
    return { headers: [[headerKey, bearer], ...given] };
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

  #source(): string {
    const { accessToken, headers } = this.#given;
    return accessToken?.source ?? headers?.source ?? "Passthrough";
  }

  #claims() {
    const { accessToken, headers } = this.#given;
    const bearer = headers?.value().map(([, value]) =>
      /^bearer\s+(.+)$/i.exec(value)?.[1]
    ).find((token) => token !== undefined);
    const token = accessToken?.value.reveal() ?? bearer;
    return token === undefined ? null : readClaims(token);
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  return JSON.stringify(one.headers) === JSON.stringify(other.headers);
}
