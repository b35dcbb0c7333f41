import { type Clock, spread } from "../clock.ts";
import type { Fetch } from "../http/fetch.ts";
import { nothingToPaste } from "./browser_failures.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerFailure } from "./failures.ts";
import { type FlowOutcome, keepOutcome, outcomeOf } from "./flow_outcome.ts";
import type { Flow, PendingLogin, RunningLogin } from "./login.ts";
import { type LoginChoice, withNote } from "./login_choice.ts";
import { loginFailed } from "./login_failures.ts";
import type { CredentialIdentity } from "./store/credential_identity.ts";
import type { LoginStore } from "./store/login_store.ts";
import { type TokenResponse, toToken } from "./token.ts";

/** What a flow needs to be brought to its end. */
export interface SharedFlowOptions {
  readonly identity: CredentialIdentity;
  readonly logins: LoginStore;
  readonly choice: LoginChoice;
  readonly config: ClientConfig;
  /** URL of the control plane. */
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** How often a process looks whether another one has finished the login. */
const LOOK_EVERY_MS = 1000;

/**
 * One login that several processes may show. One of them leads it: it polls
 * the issuer or listens for the browser; the others look into the store, and
 * when the leader is gone the next one takes over.
 */
export class SharedFlow {
  readonly flow: Flow;
  readonly #options: SharedFlowOptions;
  readonly #stop = new AbortController();
  readonly #outcome = Promise.withResolvers<FlowOutcome>();
  #running: RunningLogin | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(flow: Flow, options: SharedFlowOptions) {
    this.flow = flow;
    this.#options = options;
  }

  /** How it ended; `cancelled` when it was stopped here. */
  get outcome(): Promise<FlowOutcome> {
    return this.#outcome.promise;
  }

  /** What is shown of it, with what does not work in this process. */
  get login(): PendingLogin {
    return withNote(this.flow, this.#running?.note ?? null).login;
  }

  /** Whether this process brings it to its end. */
  get isLeading(): boolean {
    return this.#running !== null;
  }

  /** Resolves when this process leads, or knows that another one does. */
  async start({ isResumed }: { isResumed: boolean }): Promise<void> {
    const lead = await this.#tryLead(isResumed);
    this.#work = this.#follow(lead)
      .catch((error) => this.#failure(error))
      .then((outcome) => this.#end(outcome));
  }

  /**
   * Takes the address that the browser ended on, in whichever process.
   *
   * @throws {ToolError} `invalid_argument` when it is not this login's
   */
  async paste(address: string): Promise<void> {
    const running = this.#running ?? this.#run({ listens: false });
    if (!running.paste) throw nothingToPaste();
    await running.paste(address);
    if (running !== this.#running) {
      const outcome = running.result.then((result) => this.#settle(result));
      this.#end(await outcome.catch((error) => this.#failure(error)));
    }
    await this.outcome;
  }

  /** Leaves it; others may go on with it. Resolves when nothing is open. */
  async stop(): Promise<void> {
    this.#end({ kind: "ended", outcome: "cancelled" });
    await this.#work;
    await this.#running?.closed;
  }

  #end(outcome: FlowOutcome): void {
    this.#outcome.resolve(outcome);
    this.#stop.abort();
  }

  async #follow(first: AsyncDisposable | null): Promise<FlowOutcome> {
    const { clock } = this.#options;
    let lead = first;
    while (!lead) {
      await clock.sleep(spread(LOOK_EVERY_MS, clock), this.#stop.signal);
      const outcome = await this.#look();
      if (outcome) return outcome;
      lead = await this.#tryLead(true);
    }
    await using _ = lead;
    const result = this.#running?.result ?? this.#run({ listens: true }).result;
    const outcome = result.then((answer) => this.#settle(answer));
    return await Promise.race([outcome, this.#replaced()]);
  }

  async #tryLead(isResumed: boolean): Promise<AsyncDisposable | null> {
    const { logins, identity } = this.#options;
    const lead = await logins.tryLead(identity);
    if (lead) this.#running = this.#run({ listens: true, isResumed });
    return lead;
  }

  #run(
    { listens, isResumed = true }: { listens: boolean; isResumed?: boolean },
  ): RunningLogin {
    const { choice, config, endpoint, fetch, clock } = this.#options;
    const running = choice.run(this.flow, {
      ...{ config, endpoint, fetch, clock, listens, isResumed },
      kept: this.outcome,
      stop: this.#stop.signal,
    });
    // Who waits sees the failure; a flow that was left is no crash.
    running.result.catch(() => {});
    return running;
  }

  /** Resolves when another process has ended the flow that is led here. */
  async #replaced(): Promise<FlowOutcome> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(spread(LOOK_EVERY_MS, clock), this.#stop.signal);
      const outcome = await this.#look();
      if (outcome) return outcome;
    }
  }

  /** What the store says of it; `null`: it is pending. */
  async #look(): Promise<FlowOutcome | null> {
    const { logins, identity } = this.#options;
    const record = await logins.read(identity);
    return record && outcomeOf(this.flow, record);
  }

  async #settle(
    result: TokenResponse | "denied" | "expired",
  ): Promise<FlowOutcome> {
    const keep = { ...this.#options, flow: this.flow };
    if (typeof result === "string") {
      return await keepOutcome({ kind: "ended", outcome: result }, keep);
    }
    const token = toToken(result, { now: this.#options.clock.now() });
    const kept = { token, method: this.flow.method };
    return await keepOutcome({ kind: "token", kept }, keep);
  }

  async #failure(error: unknown): Promise<FlowOutcome> {
    if (this.#stop.signal.aborted) {
      return { kind: "ended", outcome: "cancelled" };
    }
    const failure = issuerFailure(error, { config: this.#options.config });
    return await keepOutcome(
      { kind: "failed", error: loginFailed(failure) },
      { ...this.#options, flow: this.flow },
    );
  }
}
