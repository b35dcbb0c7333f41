import { type ContextKey, createContextKey } from "@connectrpc/connect";
import type { CallCredentials, Credentials } from "../../auth/authenticator.ts";

/** What a call is sent with. */
export const CREDENTIALS: ContextKey<Credentials | null> = createContextKey<
  Credentials | null
>(null, { description: "credentials" });

/**
 * Who asks, as far as answers may be shared: the credentials themselves, for
 * whoever has others may be somebody else. A logout, another login, a renewed
 * token and a write each begin a new generation, and what was answered to the
 * one before is forgotten.
 */
export class Caller {
  readonly #authenticator: Pick<CallCredentials, "credentials">;
  readonly #forgetters: (() => void)[] = [];
  #headers = "";
  #generation = 0;

  constructor(authenticator: Pick<CallCredentials, "credentials">) {
    this.#authenticator = authenticator;
  }

  /** Is called when nothing that was answered before may be given again. */
  onNext(forget: () => void): void {
    this.#forgetters.push(forget);
  }

  /**
   * The generation of a call that is sent now.
   *
   * @throws {LoginRequired} when a person is needed for that
   */
  async now(signal: AbortSignal): Promise<number> {
    return this.generationOf(await this.#authenticator.credentials(signal));
  }

  /** Whether it is that generation which asks, as far as can be told. */
  async isStill(generation: number, signal: AbortSignal): Promise<boolean> {
    return await this.now(signal).catch(() => null) === generation;
  }

  /** A number that no other credentials have, and these not after a write. */
  generationOf(credentials: Credentials | null): number {
    const headers = JSON.stringify(credentials?.headers ?? []);
    if (headers !== this.#headers) {
      this.#headers = headers;
      this.next();
    }
    return this.#generation;
  }

  /** Flyte may answer otherwise from now on. */
  next(): void {
    this.#generation++;
    for (const forget of this.#forgetters) forget();
  }
}
