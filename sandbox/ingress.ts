/**
 * What stands in front of Flyte in a real deployment: an ingress that checks
 * tokens, hides internal services, and now and then answers like a proxy, a
 * portal or a broken cable. The plane behind it checks nothing.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type BearerVerifier, createBearerVerifier } from "./ingress/bearer.ts";
import { cutAfter } from "./ingress/cut.ts";
import type { IngressFault, IngressOptions } from "./ingress/options.ts";
import { notFound, type Refusal, refuse } from "./ingress/refusal.ts";
import { describeRequest, type IngressRequest } from "./ingress/request.ts";
import { createRoutes, type Routes } from "./ingress/routes.ts";
import { logRequest } from "./issuer/request_log.ts";
import {
  FaultQueue,
  type FaultTimes,
  playWireFault,
} from "./issuer/wire_faults.ts";

/** Which requests a fault hits: a part of the path, or a question. */
export type RequestMatch = string | ((request: IngressRequest) => boolean);

/** A listener for `node:http`, with the handles a test needs. */
export interface Ingress {
  (req: IncomingMessage, res: ServerResponse): void;
  readonly faults: {
    /**
     * @example
     * ```ts ignore
     * ingress.faults.next("RunService/ListRuns", { kind: "drop" });
     * ```
     */
    next(match: RequestMatch, fault: IngressFault, options?: FaultTimes): void;
    /** How many faults still wait for a request. */
    readonly pending: number;
    clear(): void;
  };
  /** What it was asked, in order: the latest 10,000. */
  readonly requests: readonly IngressRequest[];
  /** From now on refuses in this way. */
  refuseWith(refusal: Refusal): void;
  /** Refuses this token from now on. */
  revoke(token: string): void;
}

interface State {
  readonly options: IngressOptions;
  readonly routes: Routes;
  readonly tokenHeader: string;
  readonly now: () => number;
  readonly verifier: BearerVerifier | undefined;
  readonly queue: FaultQueue<IngressRequest, IngressFault>;
  readonly requests: IngressRequest[];
  refusal: Refusal;
}

export function createIngress(options: IngressOptions): Ingress {
  const { issuer, tokenHeader = "authorization", now = Date.now } = options;
  const state: State = {
    options,
    routes: createRoutes(options.routes ?? {}),
    tokenHeader,
    now,
    verifier: issuer && createBearerVerifier(issuer, { tokenHeader, now }),
    queue: new FaultQueue(),
    requests: [],
    refusal: options.refusal ?? "connect_401",
  };
  const { queue, requests, verifier } = state;
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    handle(req, res, state).catch(() => fail(res));
  };
  return Object.assign(listener, {
    faults: {
      next(match: RequestMatch, fault: IngressFault, times?: FaultTimes) {
        const matches = typeof match === "function"
          ? match
          : ({ path }: IngressRequest) => path.includes(match);
        queue.add(matches, fault, times);
      },
      get pending() {
        return queue.pending;
      },
      clear: () => queue.clear(),
    },
    requests,
    refuseWith(refusal: Refusal) {
      state.refusal = refusal;
    },
    revoke: (token: string) => verifier?.revoke(token),
  });
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  state: State,
): Promise<void> {
  const { tokenHeader, now } = state;
  const entry = describeRequest(req, { tokenHeader, at: now() });
  logRequest(state.requests, entry);
  if (!state.options.keepAlive) res.setHeader("Connection", "close");
  const fault = state.queue.take(entry);
  entry.fault = fault?.kind;
  if (fault && !await playFault(res, { fault, entry, state })) return;
  const access = state.routes.accessOf(entry.path);
  if (access === "hidden") {
    entry.outcome = "hidden";
    return notFound(res);
  }
  const checked = access === "protected"
    ? await state.verifier?.check(req)
    : undefined;
  if (checked?.problem) {
    return sayNo(res, { entry, state, problem: checked.problem });
  }
  entry.outcome = "passed";
  prepare(req, state);
  state.options.plane(req, res);
}

/** @returns Whether the request should still be answered. */
async function playFault(
  res: ServerResponse,
  { fault, entry, state }: {
    fault: IngressFault;
    entry: IngressRequest;
    state: State;
  },
): Promise<boolean> {
  if (fault.kind === "cut") {
    cutAfter(res, fault.afterBytes);
    return true;
  }
  if (fault.kind === "refuse") {
    sayNo(res, { entry, state, problem: "refused", refusal: fault.refusal });
    return false;
  }
  const gone = new AbortController();
  res.once("close", () => gone.abort());
  const { sleep } = state.options;
  return await playWireFault(res, fault, { sleep, signal: gone.signal });
}

function sayNo(
  res: ServerResponse,
  { entry, state, problem, refusal = state.refusal }: {
    entry: IngressRequest;
    state: State;
    problem: string;
    refusal?: Refusal;
  },
): void {
  entry.outcome = "refused";
  entry.problem = problem;
  const { loginUrl = "https://sso.example.com/login" } = state.options;
  refuse(res, refusal, { problem, loginUrl });
}

/** What an ingress does to headers, so that the plane may believe them. */
function prepare(req: IncomingMessage, { tokenHeader }: State): void {
  for (const name of Object.keys(req.headers)) {
    // The plane takes these for the load balancer's own word.
    if (name.startsWith("x-amzn-oidc-")) delete req.headers[name];
  }
  const token = req.headers[tokenHeader];
  if (token !== undefined) req.headers.authorization = `${token}`;
}

/** The plane threw, which a proxy reports as a bad gateway. */
function fail(res: ServerResponse): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.statusCode = 502;
  res.end();
}
