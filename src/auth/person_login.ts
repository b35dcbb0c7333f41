import { within } from "../clock.ts";
import type { AuthenticatorOptions } from "./authenticator.ts";
import { nothingToPaste } from "./browser_failures.ts";
import type { ClientConfig } from "./client_config.ts";
import { noLogin } from "./failures.ts";
import type { FlowOutcome } from "./flow_outcome.ts";
import { checkIssuer } from "./issuer_check.ts";
import { type BeginOptions, type Begun, joinLogin } from "./join_login.ts";
import type { LoginOutcome, PendingLogin } from "./login.ts";
import type { LoginChoice } from "./login_choice.ts";
import {
  loginDenied,
  type LoginFailure,
  loginStarting,
} from "./login_failures.ts";
import { SharedFlow } from "./shared_flow.ts";
import { abortable, SingleFlight } from "./single_flight.ts";
import type { CredentialIdentity } from "./store/credential_identity.ts";
import type { KeptToken } from "./store/login_record.ts";
import type { LoginStore } from "./store/login_store.ts";

/** Bound on discovery, the wait for others, and the start of the login. */
const START_TIMEOUT_MS = 30_000;

/** After this a caller is told to ask again; the start goes on. */
const ANSWER_WITHIN_MS = 10_000;

/** A login that was approved while nobody polled is over within this. */
const RESUMED_MS = 2000;

/** What a login by a person needs beside what every authenticator has. */
export interface PersonLoginOptions {
  readonly choice: LoginChoice;
  readonly logins: LoginStore;
  readonly identityOf: (config: ClientConfig) => CredentialIdentity;
  /** Takes the token when the person has approved. */
  readonly onToken: (kept: KeptToken, config: ClientConfig) => void;
}

/** One login at a time: the same prompt for all who ask, in every process. */
export class PersonLogin implements AsyncDisposable {
  readonly #options: AuthenticatorOptions & PersonLoginOptions;
  #starting: SingleFlight<Begun>;
  #wanted: BeginOptions = { again: false, previous: null, note: null };
  #shown: SharedFlow | null = null;
  #ended: LoginOutcome | null = null;
  #failure: LoginFailure | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed: Promise<unknown> = Promise.resolve();
  /** Aborted when whoever asked for a login wants it no more. */
  #left = new AbortController();

  constructor(options: AuthenticatorOptions & PersonLoginOptions) {
    this.#options = options;
    this.#starting = this.#newStart();
  }

  /** The login that waits for a person. */
  get pending(): PendingLogin | null {
    return this.#shown?.login ?? null;
  }

  /** How the last one ended, when it gave no token. */
  get ended(): LoginOutcome | null {
    return this.#ended;
  }

  /** Why the last one failed, when it was not the person's doing. */
  get failure(): LoginFailure | null {
    return this.#failure;
  }

  /**
   * Shows the pending login, or starts one.
   *
   * @throws {ToolError} `login_denied`, `login_starting`, `grant_not_allowed`
   */
  async begin(signal: AbortSignal, options: BeginOptions): Promise<Begun> {
    const { again, method = null } = options;
    const other = method !== null && method !== this.pending?.method;
    if (this.pending && !other) {
      return { kind: "pending", login: this.pending, isNew: false };
    }
    if (other) this.leave();
    if (this.#ended === "denied" && !again) throw loginDenied();
    if (this.#failure && !again) throw this.#failure;
    this.#wanted = options;
    const begun = await within(
      this.#starting.join(signal),
      ANSWER_WITHIN_MS,
      { clock: this.#options.clock, signal },
    );
    if (begun !== "late") return begun;
    throw loginStarting();
  }

  /**
   * Takes the address that the browser ended on.
   *
   * @throws {ToolError} `invalid_argument` when it is not the pending login's
   */
  async paste(address: string): Promise<void> {
    if (!this.#shown) throw nothingToPaste();
    await this.#shown.paste(address);
    await this.#running;
    if (this.#failure) throw this.#failure;
  }

  /** Resolves when no login is pending any more, or after `ms`. */
  async settled(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await within(abortable(this.#running, signal), ms, { clock, signal });
  }

  /**
   * Stops showing the pending login; other processes may go on with it.
   *
   * @returns whether there was one
   */
  leave(): boolean {
    const shown = this.#shown;
    this.#shown = null;
    this.#left.abort();
    this.#left = new AbortController();
    // Whoever asks next must not join a start that is given up.
    this.#starting = this.#newStart();
    this.#ended = shown ? "cancelled" : null;
    if (shown) this.#closed = shown.stop();
    return shown !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await this.#running;
    await this.#closed;
  }

  #newStart(): SingleFlight<Begun> {
    const start = (signal: AbortSignal) => this.#start(signal);
    return new SingleFlight(start, { timeoutMs: START_TIMEOUT_MS });
  }

  async #start(signal: AbortSignal): Promise<Begun> {
    const { store, endpoint, logins, identityOf } = this.#options;
    const left = this.#left.signal;
    const config = await store.get(signal);
    if (!config.hasLogin) throw noLogin(endpoint);
    checkIssuer(config, this.#options);
    // The login before must have let go of its port.
    await this.#closed;
    const identity = identityOf(config);
    const joined = await logins.update(
      identity,
      { signal },
      (slot) =>
        joinLogin(slot, {
          ...{ ...this.#options, ...this.#wanted },
          ...{ config, identity, signal, left },
        }),
    );
    if (joined.kind === "token") return joined;
    const { flow, isResumed } = joined;
    const shared = new SharedFlow(flow, { ...this.#options, config, identity });
    await shared.start({ isResumed });
    this.#show(shared, config);
    if (isResumed && shared.isLeading) {
      const { clock } = this.#options;
      const first = await within(shared.outcome, RESUMED_MS, { clock, signal });
      if (first !== "late" && first.kind === "token") return first;
    }
    return { kind: "pending", login: shared.login, isNew: true };
  }

  #show(shared: SharedFlow, config: ClientConfig): void {
    this.#shown = shared;
    this.#ended = this.#failure = null;
    this.#running = shared.outcome.then((outcome) => {
      if (this.#shown !== shared) return;
      this.#shown = null;
      this.#closed = shared.stop();
      this.#take(outcome, config);
    });
  }

  #take(outcome: FlowOutcome, config: ClientConfig): void {
    switch (outcome.kind) {
      case "token":
        return this.#options.onToken(outcome.kept, config);
      case "ended":
        this.#ended = outcome.outcome;
        return;
      case "failed":
        this.#failure = outcome.error;
    }
  }
}
