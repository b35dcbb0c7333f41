import { type Clock, within } from "../clock.ts";
import { isLoopback } from "../config/endpoint.ts";
import type { ToolError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import type { ClientConfig, ClientConfigStore } from "./client_config.ts";
import { pollForToken } from "./device_poll.ts";
import {
  issuerFailure,
  issuerHostOf,
  noDeviceLogin,
  noLogin,
  unsafeIssuer,
} from "./failures.ts";
import { loginDenied, loginFailed, loginStarting } from "./login_failures.ts";
import { type DeviceAuthorization, Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import { checkIssuer } from "./issuer_check.ts";
import {
  type LoginOutcome,
  type PendingLogin,
  toPendingLogin,
} from "./login.ts";
import { abortable, SingleFlight } from "./single_flight.ts";
import { type Token, toToken } from "./token.ts";
import type { Obtained } from "./token_keeper.ts";

/** What a device login needs. */
export interface DeviceLoginOptions {
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly store: ClientConfigStore;
  readonly clock: Clock;
  /** Takes the token when the person has approved. */
  readonly onToken: (obtained: Obtained) => void;
}

/** Bound on discovery and the device authorization together. */
const START_TIMEOUT_MS = 30_000;

/** After this a caller is told to ask again; the start goes on. */
const ANSWER_WITHIN_MS = 10_000;

/** Refusals that mean: this client gets no device login here. */
const REFUSALS =
  /^(unauthorized_client|unsupported_grant_type|invalid_client|http_40[0345])$/;

/** One login at a time: the same code for all who ask, one poller behind it. */
export class DeviceLogin implements AsyncDisposable {
  readonly #options: DeviceLoginOptions;
  readonly #starting: SingleFlight<PendingLogin>;
  #pending: PendingLogin | null = null;
  #ended: LoginOutcome | null = null;
  #failure: ToolError | null = null;
  #stop = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  constructor(options: DeviceLoginOptions) {
    this.#options = options;
    this.#starting = new SingleFlight((signal) => this.#start(signal), {
      timeoutMs: START_TIMEOUT_MS,
    });
  }

  /** The login that waits for a person. */
  get pending(): PendingLogin | null {
    return this.#pending;
  }

  /** How the last one ended, when it gave no token. */
  get ended(): LoginOutcome | null {
    return this.#ended;
  }

  /** Why the last one failed, when it was not the person's doing. */
  get failure(): ToolError | null {
    return this.#failure;
  }

  /**
   * Shows the pending login, or starts one.
   *
   * @param options.again whether the person asked, so that a denial is past
   * @throws {ToolError} `login_denied`, `login_starting`, `grant_not_allowed`
   */
  async begin(
    signal: AbortSignal,
    { again }: { again: boolean },
  ): Promise<{ login: PendingLogin; isNew: boolean }> {
    if (this.#pending) return { login: this.#pending, isNew: false };
    if (this.#ended === "denied" && !again) throw loginDenied();
    if (this.#failure && !again) throw this.#failure;
    const login = await within(
      this.#starting.join(signal),
      ANSWER_WITHIN_MS,
      { clock: this.#options.clock, signal },
    );
    if (login !== "late") return { login, isNew: true };
    throw loginStarting();
  }

  /** Resolves when no login is pending any more, or after `ms`. */
  async settled(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await within(abortable(this.#polling, signal), ms, { clock, signal });
  }

  /** Gives the pending login up. @returns whether there was one */
  cancel(): boolean {
    const was = this.#pending !== null;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#pending = null;
    this.#ended = was ? "cancelled" : null;
    return was;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.#polling;
  }

  async #start(signal: AbortSignal): Promise<PendingLogin> {
    const { store, endpoint, fetch, clock } = this.#options;
    const stop = this.#stop.signal;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    checkIssuer(config, endpoint);
    const issuer = new Issuer(config, fetch);
    const device = await this.#authorize(issuer, { config, signal });
    const login = toPendingLogin(device, {
      issuerHost: issuerHostOf(config),
      loopback: isLoopback(endpoint),
      now: clock.now(),
    });
    if (!login) {
      throw unsafeIssuer("its verification page is not an https address");
    }
    stop.throwIfAborted();
    this.#pending = login;
    this.#ended = this.#failure = null;
    this.#polling = this.#poll({ issuer, config, device, login, stop });
    return login;
  }

  async #authorize(
    issuer: Issuer,
    { config, signal }: { config: ClientConfig; signal: AbortSignal },
  ): Promise<DeviceAuthorization> {
    if (!config.clientId) {
      throw noDeviceLogin(config, { why: "no client id is published or set" });
    }
    if (!config.deviceAuthorizationEndpoint) {
      throw noDeviceLogin(config, { why: "no device endpoint is published" });
    }
    try {
      return await issuer.startDevice(signal);
    } catch (error) {
      if (error instanceof OAuthError && REFUSALS.test(error.error)) {
        throw noDeviceLogin(config, { why: error.error });
      }
      throw issuerFailure(error, { config });
    }
  }

  async #poll(
    { issuer, config, device, login, stop }: {
      issuer: Issuer;
      config: ClientConfig;
      device: DeviceAuthorization;
      login: PendingLogin;
      stop: AbortSignal;
    },
  ): Promise<void> {
    const { clock, onToken } = this.#options;
    const end = (outcome: LoginOutcome | null) => {
      if (this.#pending !== login) return;
      this.#pending = null;
      this.#ended = outcome;
    };
    try {
      const result = await pollForToken(issuer, {
        device,
        expiresAt: login.expiresAt,
        clock,
        signal: stop,
      });
      if (typeof result === "string") return end(result);
      const token: Token = toToken(result, { now: clock.now() });
      if (this.#pending === login) {
        onToken({ token, headerKey: config.headerKey });
      }
      end(null);
    } catch (error) {
      const failure = issuerFailure(error, { config });
      if (!stop.aborted) this.#failure = loginFailed(failure);
      end(null);
    }
  }
}
