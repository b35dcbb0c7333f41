import type { Secret } from "../config/secret.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import {
  type AuthorizationAnswer,
  type AuthorizationRequest,
  readAuthorizationAnswer,
} from "./authorization_code.ts";
import {
  type CallbackOutcome,
  callbackPage,
  notFoundPage,
} from "./callback_page.ts";
import { issuerHostOf } from "./failures.ts";
import { Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import type { LoginStart } from "./login_method.ts";
import type { TokenResponse } from "./token.ts";

/** Bound on the exchange of the code. */
const EXCHANGE_MS = 10_000;

/** One authorization request and what comes back to it. */
export class BrowserFlow {
  readonly #start: LoginStart;
  readonly #request: AuthorizationRequest;
  readonly #secret: Secret | null;
  readonly #settled = Promise.withResolvers<TokenResponse | "denied">();
  #outcome: Promise<CallbackOutcome> | null = null;

  constructor(
    start: LoginStart,
    { request, secret }: {
      request: AuthorizationRequest;
      secret: Secret | null;
    },
  ) {
    this.#start = start;
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
    const flyte = new URL(this.#start.endpoint).host;
    if (answer.kind === "stray") {
      const why = "This page does not belong to a login that is in progress.";
      return callbackPage({ kind: "failed", why }, flyte);
    }
    return callbackPage(await this.#take(answer), flyte);
  }

  /** Takes the address that the person copied; it is never repeated. */
  async paste(text: string): Promise<void> {
    const address = URL.parse(text.trim());
    const answer: AuthorizationAnswer = address
      ? this.#read(address)
      : { kind: "stray" };
    if (answer.kind !== "stray") return void await this.#take(answer);
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
    const { config } = this.#start;
    return readAuthorizationAnswer(address, { request: this.#request, config });
  }

  /** A code is good once: whoever comes second sees how the first fared. */
  #take(answer: AuthorizationAnswer): Promise<CallbackOutcome> {
    return this.#outcome ??= this.#finish(answer);
  }

  async #finish(answer: AuthorizationAnswer): Promise<CallbackOutcome> {
    try {
      if (answer.kind === "code") {
        this.#settled.resolve(await this.#exchange(answer.code));
        return { kind: "logged_in" };
      }
      if (answer.kind === "error" && answer.error !== "access_denied") {
        const { error, description } = answer;
        throw new OAuthError(error, { description, status: 200 });
      }
      this.#settled.resolve("denied");
      return { kind: "denied" };
    } catch (error) {
      this.#settled.reject(error);
      const host = issuerHostOf(this.#start.config);
      const reason = error instanceof OAuthError ? error.error : "no answer";
      return { kind: "failed", why: `${host} said: ${nameOf(reason, 80)}.` };
    }
  }

  async #exchange(code: string): Promise<TokenResponse> {
    const { config, fetch, stop } = this.#start;
    const timeout = AbortSignal.timeout(EXCHANGE_MS);
    return await new Issuer(config, fetch).exchangeCode(code, {
      request: this.#request,
      secret: this.#secret,
      signal: AbortSignal.any([stop, timeout]),
    });
  }
}
