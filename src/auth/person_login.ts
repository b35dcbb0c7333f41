import { within } from "../clock.ts";
import { ToolError } from "../errors.ts";
import type { AuthenticatorOptions } from "./authenticator.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerFailure, noLogin } from "./failures.ts";
import { checkIssuer } from "./issuer_check.ts";
import type {
  LoginMethodName,
  LoginOutcome,
  PendingLogin,
  StartedLogin,
} from "./login.ts";
import {
  loginCancelled,
  loginDenied,
  loginFailed,
  loginStarting,
} from "./login_failures.ts";
import type { LoginChoice } from "./login_choice.ts";
import { abortable, SingleFlight } from "./single_flight.ts";
import { toToken } from "./token.ts";
import type { Obtained } from "./token_keeper.ts";

/** Bound on discovery and the start of the login together. */
const START_TIMEOUT_MS = 30_000;

/** After this a caller is told to ask again; the start goes on. */
const ANSWER_WITHIN_MS = 10_000;

/** One login at a time: the same prompt for all who ask, one flow behind it. */
export class PersonLogin implements AsyncDisposable {
  readonly #options: AuthenticatorOptions;
  readonly #choice: LoginChoice;
  readonly #onToken: (obtained: Obtained) => void;
  readonly #starting: SingleFlight<PendingLogin>;
  #wanted: LoginMethodName | null = null;
  #started: StartedLogin | null = null;
  #ended: LoginOutcome | null = null;
  #failure: ToolError | null = null;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #closed: Promise<void> = Promise.resolve();

  /** @param onToken takes the token when the person has approved */
  constructor(
    options: AuthenticatorOptions,
    { choice, onToken }: {
      choice: LoginChoice;
      onToken: (obtained: Obtained) => void;
    },
  ) {
    this.#options = options;
    this.#choice = choice;
    this.#onToken = onToken;
    this.#starting = new SingleFlight((signal) => this.#start(signal), {
      timeoutMs: START_TIMEOUT_MS,
    });
  }

  /** The login that waits for a person. */
  get pending(): PendingLogin | null {
    return this.#started?.login ?? null;
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
   * @param options.method the method that the conversation chose
   * @throws {ToolError} `login_denied`, `login_starting`, `grant_not_allowed`
   */
  async begin(
    signal: AbortSignal,
    { again, method = null }: {
      again: boolean;
      method?: LoginMethodName | null;
    },
  ): Promise<{ login: PendingLogin; isNew: boolean }> {
    const other = method !== null && method !== this.pending?.method;
    if (this.pending && !other) return { login: this.pending, isNew: false };
    if (other) this.cancel();
    if (this.#ended === "denied" && !again) throw loginDenied();
    if (this.#failure && !again) throw this.#failure;
    this.#wanted = method;
    const login = await within(
      this.#starting.join(signal),
      ANSWER_WITHIN_MS,
      { clock: this.#options.clock, signal },
    );
    if (login !== "late") return { login, isNew: true };
    throw loginStarting();
  }

  /**
   * Takes the address that the browser ended on.
   *
   * @throws {ToolError} `invalid_argument` when it is not the pending login's
   */
  async paste(address: string): Promise<void> {
    const paste = this.#started?.paste;
    if (!paste) {
      throw new ToolError(
        "invalid_argument",
        "No browser login is in progress, so there is nothing to paste.",
        { nextStep: 'Call login {"method":"browser"} for one.' },
      );
    }
    await paste(address);
    await this.#running;
    if (this.#failure) throw this.#failure;
  }

  /** Resolves when no login is pending any more, or after `ms`. */
  async settled(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await within(abortable(this.#running, signal), ms, { clock, signal });
  }

  /** Gives the pending login up. @returns whether there was one */
  cancel(): boolean {
    const was = this.#started !== null;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#started = null;
    this.#ended = was ? "cancelled" : null;
    return was;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.#running;
    await this.#closed;
  }

  async #start(signal: AbortSignal): Promise<PendingLogin> {
    const { store, endpoint } = this.#options;
    const stop = this.#stop.signal;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    checkIssuer(config, this.#options);
    // The login before must have let go of its port.
    await this.#closed;
    const start = { ...this.#options, config, signal, stop };
    const started = await this.#choice.start(start, this.#wanted);
    if (stop.aborted) throw loginCancelled();
    this.#started = started;
    this.#ended = this.#failure = null;
    this.#running = this.#finish(started, { config, stop });
    this.#closed = started.closed;
    return started.login;
  }

  async #finish(
    started: StartedLogin,
    { config, stop }: { config: ClientConfig; stop: AbortSignal },
  ): Promise<void> {
    const end = (outcome: LoginOutcome | null) => {
      if (this.#started !== started) return;
      this.#started = null;
      this.#ended = outcome;
    };
    try {
      const result = await started.result;
      if (typeof result === "string") return end(result);
      const token = toToken(result, { now: this.#options.clock.now() });
      if (this.#started === started) {
        this.#onToken({ token, headerKey: config.headerKey });
      }
      end(null);
    } catch (error) {
      const failure = issuerFailure(error, { config });
      if (!stop.aborted) this.#failure = loginFailed(failure);
      end(null);
    }
  }
}
