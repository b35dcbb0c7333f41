import type { Clock } from "../clock.ts";
import type { AuthType } from "../config/auth_type.ts";
import type { ToolError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import type { ClientConfigStore } from "./client_config.ts";
import type { LoginMethodName, LoginOutcome, PendingLogin } from "./login.ts";
import type { StorePlace } from "./store/login_store.ts";
import type { LoginFailure } from "./login_failures.ts";
import type { Claims } from "./token.ts";

/** What an authenticator needs from outside. */
export interface AuthenticatorOptions {
  /** URL of the control plane. */
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly store: ClientConfigStore;
  readonly clock: Clock;
  /** Hosts that may be an issuer; `null`: whatever is published. */
  readonly trustedIssuers: readonly string[] | null;
  /** Whether to log in before the server asks. */
  readonly authFirst: boolean;
}

/** What one request is sent with. */
export interface Credentials {
  /** Header names in lower case, and their values. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What is known of the login, for `auth_status` and `whoami`. */
export interface AuthStatus {
  /** What is in use; `null`: nothing has been asked for yet. */
  readonly authType: AuthType | null;
  /** The token in hand, without itself. */
  readonly token: TokenStatus | null;
  readonly pending: PendingLogin | null;
  /** How the last login ended, when it gave no token. */
  readonly ended: LoginOutcome | null;
  /** Why the last login failed, when it was not the person's doing. */
  readonly failure: LoginFailure | null;
  /** Where logins are kept; `null`: nothing is kept. */
  readonly place: StorePlace | null;
}

/** A token as it may be shown. */
export interface TokenStatus {
  /** Where it came from: a variable, or the issuer's host. */
  readonly source: string;
  readonly issuerHost: string | null;
  /** Milliseconds since the epoch. */
  readonly obtainedAt: number | null;
  /** Milliseconds since the epoch; `null`: not known. */
  readonly expiresAt: number | null;
  /** Whether it is renewed without a person. */
  readonly renewable: boolean;
  /** What it says of itself, unchecked. */
  readonly claims: Claims | null;
}

/** What `login` is asked. */
export interface LoginRequest {
  /** The method that the conversation chose; a pending other one is given up. */
  readonly method?: LoginMethodName | null;
  /** The address that the browser ended on. */
  readonly callbackUrl?: string | null;
}

/** What `login` gave. */
export type LoginResult =
  | {
    readonly kind: "pending";
    readonly login: PendingLogin;
    readonly isNew: boolean;
  }
  | { readonly kind: "logged_in" }
  /** The control plane publishes no login. */
  | { readonly kind: "not_needed" };

/** What `logout` did. */
export interface LogoutResult {
  /** Whether there was a token to forget. */
  readonly loggedOut: boolean;
  /** Whether the issuer has revoked it. */
  readonly revoked: boolean;
  readonly pendingLoginCancelled: boolean;
}

/**
 * Keeps the credentials of one identity for all calls of a session. A call
 * asks for `credentials`, reports `accepted`, or asks to `renew` what was
 * refused; who waits for a person gets `LoginRequired`.
 */
export interface Authenticator extends AsyncDisposable {
  /**
   * What to send now; `null`: nothing, the server has not asked for a login.
   *
   * @throws {LoginRequired} when the token ran out and a person is needed
   */
  credentials(signal: AbortSignal): Promise<Credentials | null>;

  /** The server took these. */
  accepted(used: Credentials): void;

  /**
   * The server refused `used`, or a call without any. Concurrent callers share
   * one renewal, which goes on when they give up.
   *
   * @returns what to send instead
   * @throws {LoginRequired} when a person is needed
   * @throws {ToolError} `token_rejected` when what was refused was fresh
   */
  renew(used: Credentials | null, signal: AbortSignal): Promise<Credentials>;

  /** The error for credentials that were refused although they are fresh. */
  rejection(): ToolError;

  /** Takes in what other processes have done; never fails for it. */
  look(signal: AbortSignal): Promise<void>;

  /** What is known; asks nobody. */
  status(): AuthStatus;

  /** Starts a login, shows the one in progress, or brings it to its end. */
  login(signal: AbortSignal, request?: LoginRequest): Promise<LoginResult>;

  /** Waits for the pending login to end, at most `ms`. */
  settled(ms: number, signal: AbortSignal): Promise<void>;

  /** Forgets the token, cancels a pending login, revokes where possible. */
  logout(signal: AbortSignal): Promise<LogoutResult>;
}

/** The part of an {@linkcode Authenticator} that calls are sent with. */
export type CallCredentials = Pick<
  Authenticator,
  "credentials" | "accepted" | "renew" | "rejection"
>;
