/** How this issuer misbehaves when told to. */
import type { FaultQueue, FaultTimes, WireFault } from "./wire_faults.ts";
import type { GrantType } from "./clients.ts";
import type { Endpoint, IssuerRequest } from "./request.ts";

export type IssuerFault =
  | WireFault
  /** An OAuth error, such as "slow_down" or "invalid_grant". */
  | {
    readonly kind: "error";
    readonly error: string;
    readonly description?: string;
    /** @default {400} */
    readonly status?: number;
  }
  /** The request is processed, codes and tokens are spent, the answer is lost. */
  | { readonly kind: "lose_answer" }
  /** The same, but the headers and so many bytes of the answer arrive. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Something that is not JSON, under a JSON content type or its own. */
  | {
    readonly kind: "not_json";
    readonly body: string;
    /** @default {200} */
    readonly status?: number;
    /** @default {"application/json"} */
    readonly contentType?: string;
  }
  /** The right answer without these fields, such as "expires_in". */
  | { readonly kind: "omit"; readonly fields: readonly string[] }
  /** The right answer with these fields changed or added. */
  | {
    readonly kind: "set";
    readonly fields: Readonly<Record<string, unknown>>;
  };

export interface IssuerFaultOptions extends FaultTimes {
  /** Hits only token requests of this grant. */
  readonly grant?: GrantType;
}

/** Faults wait in a queue for the requests they hit. */
export interface IssuerFaults {
  /**
   * @example
   * ```ts ignore
   * issuer.faults.next("token", { kind: "error", error: "slow_down" }, { times: 2 });
   * ```
   */
  next(
    endpoint: Endpoint,
    fault: IssuerFault,
    options?: IssuerFaultOptions,
  ): void;
  /** How many faults still wait for a request. */
  readonly pending: number;
  clear(): void;
}

/** The queue as tests see it. */
export function issuerFaults(
  queue: FaultQueue<IssuerRequest, IssuerFault>,
): IssuerFaults {
  return {
    next(endpoint, fault, { grant, ...times } = {}) {
      queue.add(
        (request) =>
          request.endpoint === endpoint &&
          (grant === undefined || request.grant === grant),
        fault,
        times,
      );
    },
    get pending() {
      return queue.pending;
    },
    clear: () => queue.clear(),
  };
}
