import type { Secret } from "../config/secret.ts";
import type { TokenResponse } from "./token.ts";

/** The ways in which a person can log in. */
export type LoginMethodName = "device" | "browser";

interface PendingBase {
  /** Host of the issuer that gives the token. */
  readonly issuerHost: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The methods that exist here beside this one. */
  readonly otherMethods: readonly LoginMethodName[];
  /** A sentence on why it is this method, or what does not work. */
  readonly note: string | null;
}

/** The person types a code on the issuer's page. @see RFC 8628 */
export interface PendingDeviceLogin extends PendingBase {
  readonly method: "device";
  /** Where the person goes, as the issuer gave it. */
  readonly verificationUri: string;
  /** The same with the code in it, when it is of the same origin. */
  readonly verificationUriComplete: string | null;
  /** What the person types there. */
  readonly userCode: string;
}

/** The person signs in and the browser comes back. @see RFC 8252 */
export interface PendingBrowserLogin extends PendingBase {
  readonly method: "browser";
  /** Where the person goes. */
  readonly authorizationUrl: string;
  /** Host and port that the browser comes back to. */
  readonly callbackHost: string;
}

/** A login that waits for a person: what may be shown of it, and no more. */
export type PendingLogin = PendingDeviceLogin | PendingBrowserLogin;

/** How a login ended that gave no token. */
export type LoginOutcome = "denied" | "expired" | "cancelled";

/** A pending device login with what it takes to finish it. */
export interface DeviceLoginFlow {
  readonly method: "device";
  /** Random; nobody learns anything from it. */
  readonly id: string;
  readonly login: PendingDeviceLogin;
  readonly deviceCode: Secret;
  /** Seconds between polls. */
  readonly interval: number;
}

/** A pending browser login with what it takes to finish it. */
export interface BrowserLoginFlow {
  readonly method: "browser";
  /** Random; nobody learns anything from it. */
  readonly id: string;
  readonly login: PendingBrowserLogin;
  readonly state: Secret;
  readonly verifier: Secret;
  /** To the letter as it is published. */
  readonly redirectUri: string;
}

/** A login that has been started; any process that has it can finish it. */
export type Flow = DeviceLoginFlow | BrowserLoginFlow;

/** A flow that this process brings to its end. */
export interface RunningLogin {
  /** A sentence on what does not work here, such as a port that is taken. */
  readonly note: string | null;
  /** Resolves when the person is done, or the time is over. */
  readonly result: Promise<TokenResponse | "denied" | "expired">;
  /** Resolves when nothing of it is left open, some time after the result. */
  readonly closed: Promise<void>;
  /**
   * Takes the address that the browser ended on; only a browser login has it.
   *
   * @throws {ToolError} `invalid_argument` when it is not this login's
   */
  readonly paste: ((address: string) => Promise<void>) | null;
}

/** Thrown when a call needs a login; every tool answers it the same way. */
export class LoginRequired extends Error {
  override readonly name = "LoginRequired";
  readonly login: PendingLogin;
  /** Whether this process shows it for the first time. */
  readonly isNew: boolean;

  constructor(login: PendingLogin, isNew: boolean) {
    super("A person has to log in");
    this.login = login;
    this.isNew = isNew;
  }
}
