import type { Clock } from "../clock.ts";
import { ToolError } from "../errors.ts";
import { NetworkError } from "../http/network_error.ts";
import type { Credentials } from "./authenticator.ts";
import { SingleFlight } from "./single_flight.ts";
import { isDue, type Token } from "./token.ts";

/** A token and the header that carries it. */
export interface Obtained {
  readonly token: Token;
  readonly headerKey: string;
}

/** Enough to wait for another process, for a refresh and a login's start. */
const RENEWAL_TIMEOUT_MS = 40_000;

/**
 * The one token of a credential identity: renewed ahead of its expiry and when
 * refused, once for all who ask at the same time.
 */
export class TokenKeeper {
  readonly #clock: Clock;
  readonly #rejection: () => ToolError;
  readonly #renewal: SingleFlight<Credentials>;
  #obtained: Obtained | null = null;
  #credentials: Credentials | null = null;
  #accepted = false;

  constructor(
    obtain: (previous: Token | null, signal: AbortSignal) => Promise<Obtained>,
    { clock, rejection, timeoutMs = RENEWAL_TIMEOUT_MS }: {
      clock: Clock;
      rejection: () => ToolError;
      /** Bound on one renewal. @default {40000} */
      timeoutMs?: number;
    },
  ) {
    this.#clock = clock;
    this.#rejection = rejection;
    this.#renewal = new SingleFlight(async (signal) => {
      const before = this.#obtained;
      const obtained = await obtain(before?.token ?? null, signal);
      // A logout or a newer login in the meantime wins over a late renewal.
      if (this.#obtained === before) return this.keep(obtained);
      return this.#credentials ?? credentialsOf(obtained);
    }, { timeoutMs });
  }

  /** The token in hand, fresh or not. */
  get token(): Token | null {
    return this.#obtained?.token ?? null;
  }

  /**
   * Takes a token in place of the one before. A fresh one that is refused is
   * not worth renewing; one that was kept for a while is.
   */
  keep(obtained: Obtained, { isFresh = true } = {}): Credentials {
    this.#obtained = obtained;
    this.#accepted = !isFresh;
    return this.#credentials = credentialsOf(obtained);
  }

  /** Drops the token. @returns what was dropped */
  forget(): Token | null {
    const token = this.token;
    this.#obtained = this.#credentials = null;
    return token;
  }

  /** What to send, renewed first when it is about to run out. */
  async fresh(signal: AbortSignal): Promise<Credentials | null> {
    const { token, headers } = this.#current() ?? {};
    if (!token || !headers || !isDue(token, this.#clock.now())) {
      return headers ?? null;
    }
    try {
      return await this.#renewal.join(signal);
    } catch (error) {
      const good = (token.expiresAt ?? Infinity) > this.#clock.now();
      if (canWait(error) && good) return headers;
      throw error;
    }
  }

  /** See `Authenticator.renew`. */
  async renew(
    used: Credentials | null,
    signal: AbortSignal,
  ): Promise<Credentials> {
    const current = this.#credentials;
    if (current && current !== used) return current;
    if (current && !this.#accepted) throw this.#rejection();
    return await this.#renewal.join(signal);
  }

  /** The server took these. */
  accepted(used: Credentials): void {
    if (used === this.#credentials) this.#accepted = true;
  }

  #current(): { token: Token; headers: Credentials } | null {
    if (!this.#obtained || !this.#credentials) return null;
    return { token: this.#obtained.token, headers: this.#credentials };
  }
}

/** Whether it can be renewed later: a good token stays good until then. */
function canWait(error: unknown): boolean {
  return error instanceof NetworkError ||
    error instanceof ToolError && error.fixBy === "retry";
}

function credentialsOf({ token, headerKey }: Obtained): Credentials {
  return { headers: [[headerKey, `Bearer ${token.accessToken.reveal()}`]] };
}
