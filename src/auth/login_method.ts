import type { Clock } from "../clock.ts";
import type { Fetch } from "../http/fetch.ts";
import type { ClientConfig } from "./client_config.ts";
import type { Flow, LoginMethodName, RunningLogin } from "./login.ts";

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
}

/** What a method needs to finish a login. */
export interface LoginRun {
  readonly config: ClientConfig;
  /** URL of the control plane. */
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Whether it was started earlier, so that the person may be done. */
  readonly isResumed: boolean;
  /** Whether to listen for the browser: one process alone can. */
  readonly listens: boolean;
  /** Resolves when what came of it is kept: the page waits for that. */
  readonly kept: Promise<unknown>;
  /** Ends the login when it is given up. */
  readonly stop: AbortSignal;
}

/** One way in which a person can log in. */
export interface LoginMethod<F extends Flow = Flow> {
  readonly name: LoginMethodName;
  /** Whether the published configuration has what it takes. */
  isOffered(config: ClientConfig): boolean;
  /**
   * Starts a login.
   *
   * @throws {ToolError} `grant_not_allowed` when the issuer does not grant it
   */
  begin(start: LoginStart): Promise<F>;
  /** Brings a login to its end, whichever process started it. */
  run(flow: F, run: LoginRun): RunningLogin;
}
