import type { Secret } from "../config/secret.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import {
  type AuthorizationAnswer,
  type AuthorizationSecrets,
  readAuthorizationAnswer,
} from "./authorization_code.ts";
import {
  type CallbackOutcome,
  callbackPage,
  notFoundPage,
} from "./callback_page.ts";
import { issuerFailure, issuerHostOf } from "./failures.ts";
import { Issuer } from "./issuer.ts";
import {
  isPersonsDenial,
  IssuerUnavailable,
  OAuthError,
} from "./issuer_answer.ts";
import { codeRefused } from "./login_failures.ts";
import type { LoginRun } from "./login_method.ts";
import type { TokenResponse } from "./token.ts";

/** Bound on the exchange of the code. */
const EXCHANGE_MS = 10_000;

/** What came of an answer, or why it may be given once more. */
type Taken = CallbackOutcome | IssuerUnavailable;

/**
 * One authorization request and what comes back to it. While the issuer is not
 * available the code is kept for another try, by the person or the agent.
 */
export class BrowserFlow {
  readonly #run: LoginRun;
  readonly #request: AuthorizationSecrets;
  readonly #secret: Secret | null;
  readonly #settled = Promise.withResolvers<TokenResponse | "denied">();
  #taken: Promise<Taken> | null = null;

  constructor(
    run: LoginRun,
    { request, secret }: {
      request: AuthorizationSecrets;
      secret: Secret | null;
    },
  ) {
    this.#run = run;
    this.#request = request;
    this.#secret = secret;
    this.#settled.promise.catch(() => {});
  }

  /** Resolves when the browser has come back and the code is exchanged. */
  get result(): Promise<TokenResponse | "denied"> {
    return this.#settled.promise;
  }

  /** Answers the browser; strays get nothing and change nothing. */
  async handle(incoming: Request): Promise<Response> {
    const address = new URL(incoming.url);
    const expected = new URL(this.#request.redirectUri).pathname;
    if (incoming.method !== "GET" || address.pathname !== expected) {
      return notFoundPage();
    }
    const answer = this.#read(address);
    const flyte = new URL(this.#run.endpoint).host;
    if (answer.kind === "stray") return callbackPage(answer, flyte);
    const taken = await this.#take(answer);
    if (taken instanceof IssuerUnavailable) {
      const why = `${this.#issuer} gives no answer.`;
      return callbackPage({ kind: "unfinished", why }, flyte);
    }
    await this.#run.kept;
    return callbackPage(taken, flyte);
  }

  /** Takes the address that the person copied; it is never repeated. */
  async paste(text: string): Promise<void> {
    const address = URL.parse(text.trim());
    const answer: AuthorizationAnswer = address
      ? this.#read(address)
      : { kind: "stray" };
    if (answer.kind !== "stray") {
      const taken = await this.#take(answer);
      if (!(taken instanceof IssuerUnavailable)) return;
      throw issuerFailure(taken, this.#run);
    }
    throw new ToolError(
      "invalid_argument",
      "That address does not belong to the login in progress.",
      {
        nextStep:
          "Ask the person for the whole address of the page that the browser ended on, from this login; or call login for the current one.",
      },
    );
  }

  #read(address: URL): AuthorizationAnswer {
    const { config } = this.#run;
    return readAuthorizationAnswer(address, { request: this.#request, config });
  }

  /** A code is good once: whoever comes second sees how the first fared. */
  async #take(answer: AuthorizationAnswer): Promise<Taken> {
    const taking = this.#taken ??= this.#finish(answer);
    const taken = await taking;
    const isOpen = taken instanceof IssuerUnavailable;
    // Who shared this try must not throw away the next one.
    if (isOpen && this.#taken === taking) this.#taken = null;
    return taken;
  }

  async #finish(answer: AuthorizationAnswer): Promise<Taken> {
    try {
      if (answer.kind === "code") {
        this.#settled.resolve(await this.#exchange(answer.code));
        return { kind: "logged_in" };
      }
      if (answer.kind === "error" && !isPersonsDenial(answer)) {
        const { error, description } = answer;
        throw new OAuthError(error, { description, status: 200 });
      }
      this.#settled.resolve("denied");
      return { kind: "denied" };
    } catch (error) {
      if (error instanceof IssuerUnavailable && !error.isLasting) return error;
      this.#settled.reject(this.#failure(error, answer));
      const why = error instanceof OAuthError
        ? `${this.#issuer} refused this login (${nameOf(error.error, 80)}).`
        : `${this.#issuer} gave no usable answer.`;
      return { kind: "failed", why };
    }
  }

  /** Of a code that is over or spent, no admin can make a good one. */
  #failure(error: unknown, { kind }: AuthorizationAnswer): unknown {
    const isOver = kind === "code" && error instanceof OAuthError &&
      error.error === "invalid_grant";
    return isOver ? codeRefused(this.#run.config, error) : error;
  }

  get #issuer(): string {
    return issuerHostOf(this.#run.config);
  }

  async #exchange(code: string): Promise<TokenResponse> {
    const { config, fetch, stop } = this.#run;
    const timeout = AbortSignal.timeout(EXCHANGE_MS);
    return await new Issuer(config, fetch).exchangeCode(code, {
      request: this.#request,
      secret: this.#secret,
      signal: AbortSignal.any([stop, timeout]),
    });
  }
}
