/**
 * How a server misbehaves on the wire, and the queue that says when. The
 * issuer and the ingress share both.
 */
import type { ServerResponse } from "node:http";

export type WireFault =
  /** A status the protocol does not speak of, as proxies and portals send. */
  | {
    readonly kind: "status";
    readonly status: number;
    /** @default {"html"} */
    readonly body?: "html" | "text" | "empty";
    /** Seconds, or an HTTP date. */
    readonly retryAfter?: number | string;
  }
  /** Closes the connection without an answer. */
  | { readonly kind: "drop" }
  /** Resets the connection (TCP RST) without an answer. */
  | { readonly kind: "reset" }
  /** Takes the request and never answers. */
  | { readonly kind: "stall" }
  /** Answers as ever, but later. */
  | { readonly kind: "delay"; readonly ms: number };

export interface FaultTimes {
  /** How many requests it hits. @default {1} */
  readonly times?: number;
}

interface Queued<Request, Fault> {
  readonly matches: (request: Request) => boolean;
  readonly fault: Fault;
  left: number;
}

/** Faults in the order they were queued; a request takes the first that fits. */
export class FaultQueue<Request, Fault> {
  #queue: Queued<Request, Fault>[] = [];

  add(
    matches: (request: Request) => boolean,
    fault: Fault,
    { times = 1 }: FaultTimes = {},
  ): void {
    if (!(times >= 1)) {
      throw new RangeError(
        `Cannot queue a fault for ${times} requests: at least 1 is needed`,
      );
    }
    this.#queue.push({ matches, fault, left: times });
  }

  take(request: Request): Fault | undefined {
    const found = this.#queue.find(({ matches }) => matches(request));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) {
      this.#queue = this.#queue.filter((queued) => queued !== found);
    }
    return found.fault;
  }

  /** How many faults still wait for a request; 0 says that all were met. */
  get pending(): number {
    return this.#queue.length;
  }

  clear(): void {
    this.#queue = [];
  }
}

export interface FaultClock {
  /** Needed for the fault `delay` alone. */
  readonly sleep:
    | ((ms: number, signal: AbortSignal) => Promise<void>)
    | undefined;
  /** Ends waits when the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Plays a fault on a response nothing was written to yet.
 *
 * @returns Whether the request should still be answered.
 */
export async function playWireFault(
  res: ServerResponse,
  fault: WireFault,
  { sleep, signal }: FaultClock,
): Promise<boolean> {
  switch (fault.kind) {
    case "status":
      answerStatus(res, fault);
      return false;
    case "drop":
      res.socket?.destroy();
      return false;
    case "reset":
      res.socket?.resetAndDestroy();
      return false;
    case "stall":
      return false;
    case "delay":
      if (!sleep) {
        throw new TypeError("Cannot delay an answer: no sleep was given");
      }
      await sleep(fault.ms, signal);
      return true;
  }
}

function answerStatus(
  res: ServerResponse,
  { status, body = "html", retryAfter }: WireFault & { kind: "status" },
): void {
  res.statusCode = status;
  if (retryAfter !== undefined) res.setHeader("Retry-After", `${retryAfter}`);
  if (body === "empty") {
    res.end();
    return;
  }
  const isHtml = body === "html";
  res.setHeader("Content-Type", `text/${isHtml ? "html" : "plain"}`);
  res.end(
    isHtml
      ? `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`
      : `${status}\n`,
  );
}
