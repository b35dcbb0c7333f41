import type { Clock } from "../clock.ts";
import type { Fetch } from "../http/fetch.ts";
import type { ClientConfig } from "./client_config.ts";
import type { LoginMethodName, StartedLogin } from "./login.ts";

/** What a method needs to start a login. */
export interface LoginStart {
  readonly config: ClientConfig;
  /** URL of the control plane. */
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** The methods that exist beside this one. */
  readonly otherMethods: readonly LoginMethodName[];
  /** Bounds the start. */
  readonly signal: AbortSignal;
  /** Ends the login when it is given up. */
  readonly stop: AbortSignal;
}

/** One way in which a person can log in. */
export interface LoginMethod {
  readonly name: LoginMethodName;
  /** Whether the published configuration has what it takes. */
  isOffered(config: ClientConfig): boolean;
  /**
   * Starts a login.
   *
   * @throws {ToolError} `grant_not_allowed` when the issuer does not grant it
   */
  start(start: LoginStart): Promise<StartedLogin>;
}
