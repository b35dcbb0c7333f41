import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { type Clock, randomOf } from "../clock.ts";
import { ToolError } from "../errors.ts";
import { NetworkError } from "../http/network_error.ts";
import { pauseAskedFor } from "./admission/rate_limits.ts";
import { isRead } from "./sharing/reads.ts";

/** One RPC with all its attempts. */
const CALL_MS = 30_000;

/** One attempt. */
const ATTEMPT_MS = 10_000;

const MAX_ATTEMPTS = 3;

const FIRST_BACKOFF_MS = 200;

/** A server that asks for a longer pause is answered with its own words. */
const MAX_RETRY_AFTER_MS = 5_000;

/** The header that names a call in Flyte's logs and in our errors. */
export const REQUEST_ID = "x-request-id";

/** Names each call, and its error after it. */
export function identify(newId: () => string): Interceptor {
  return (next) => async (request) => {
    const id = request.header.get(REQUEST_ID) ?? newId();
    request.header.set(REQUEST_ID, id);
    try {
      return await next(request);
    } catch (error) {
      // A call that was sent for many has the id by which it was sent.
      const sent = request.header.get(REQUEST_ID) ?? id;
      if (error instanceof ConnectError) error.metadata.set(REQUEST_ID, sent);
      if (error instanceof ToolError) error.requestId ??= sent;
      throw error;
    }
  };
}

/**
 * Ends a unary call after 30 s. Streams have their caller's budget: the signal
 * that the caller passes covers the wait for the headers as well.
 */
export function endCalls(clock: Clock): Interceptor {
  return bounded(clock, CALL_MS);
}

/** Ends one attempt of a unary call after 10 s. */
export function endAttempts(clock: Clock): Interceptor {
  return bounded(clock, ATTEMPT_MS);
}

/** Once a deadline has passed the answer is a timeout, whatever code arrives. */
function bounded(clock: Clock, ms: number): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return await next(request);
    const late = new AbortController();
    const done = new AbortController();
    clock.sleep(ms, done.signal).then(() => late.abort(), () => {});
    const signal = AbortSignal.any([request.signal, late.signal]);
    try {
      return await next({ ...request, signal });
    } catch (error) {
      if (!late.signal.aborted || request.signal.aborted) throw error;
      const message = `No answer within ${ms / 1000} s`;
      throw new ConnectError(message, Code.DeadlineExceeded, {}, [], error);
    } finally {
      done.abort();
    }
  };
}

/**
 * Tries reads again that met an unavailable server: at most three attempts,
 * with jitter. A name that does not resolve and a certificate that is not
 * trusted do not get better by trying. After a pause that the server has asked
 * for there is one more attempt, of streams as well; the queue keeps the pause.
 */
export function retryReads(clock: Clock): Interceptor {
  return (next) => async (request) => {
    if (!isRead(request)) return await next(request);
    let hasPaused = false;
    for (let attempt = 1;; attempt++) {
      try {
        return await next(request);
      } catch (error) {
        const asked = pauseAskedFor(error, clock.now());
        if (asked !== null && asked <= MAX_RETRY_AFTER_MS && !hasPaused) {
          hasPaused = true;
          continue;
        }
        const isLast = attempt >= MAX_ATTEMPTS || request.stream;
        if (asked !== null || isLast || !mayRecover(error)) throw error;
        const backoff = FIRST_BACKOFF_MS * 2 ** (attempt - 1);
        const jittered = backoff * (0.5 + randomOf(clock));
        await clock.sleep(jittered, request.signal);
      }
    }
  };
}

function mayRecover(error: unknown): error is ConnectError {
  if (!(error instanceof ConnectError)) return false;
  if (error.code === Code.DeadlineExceeded) return true;
  if (error.code !== Code.Unavailable) return false;
  return !(error.cause instanceof NetworkError) || !error.cause.isLasting;
}
