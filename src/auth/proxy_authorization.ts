import type { Setting } from "../config/sources.ts";
import type { Fetch, FetchInit } from "../http/fetch.ts";
import type { RunCommand } from "./command.ts";
import { commandFailure, readCommandToken } from "./command_token.ts";
import { SingleFlight } from "./single_flight.ts";
import { readClaims } from "./token.ts";

const TIMEOUT_MS = 30_000;

/** A token is replaced this long before it runs out. */
const SKEW_MS = 30_000;

/**
 * Sends `proxy-authorization` with every call, to Flyte and to the issuer, for
 * both may stand behind the same proxy. The command gives the token; it is run
 * again when the token runs out, or the proxy refuses it (407, or a 401 that
 * is not Flyte's).
 *
 * @see RFC 9110 section 11.7.2
 */
export function withProxyAuthorization(
  fetch: Fetch,
  { command, run, now }: {
    command: Setting<readonly string[]>;
    run: RunCommand;
    now: () => number;
  },
): Fetch {
  let known: string | null = null;
  const obtaining = new SingleFlight(async (signal) => {
    const result = await run(command.value, { timeoutMs: TIMEOUT_MS, signal });
    const found = result.kind === "ended" && result.code === 0
      ? readCommandToken(result.stdout)
      : null;
    if (!found) throw commandFailure(command, result);
    return known = found.access_token;
  }, { timeoutMs: TIMEOUT_MS + 5000 });
  const current = (signal: AbortSignal) =>
    known !== null && isFresh(known, now())
      ? Promise.resolve(known)
      : obtaining.join(signal);
  return async (url, init) => {
    const signal = init.signal ?? new AbortController().signal;
    const used = await current(signal);
    const response = await fetch(url, withHeader(init, used));
    if (!isProxyRefusal(response)) return response;
    if (known === used) known = null;
    const renewed = await current(signal);
    if (renewed === used) return response;
    await response.body?.cancel();
    return await fetch(url, withHeader(init, renewed));
  };
}

function isFresh(token: string, now: number): boolean {
  return (readClaims(token)?.expiresAt ?? Infinity) - SKEW_MS > now;
}

/** Flyte's own refusals are JSON; a proxy's are pages or nothing. */
function isProxyRefusal({ status, headers }: Response): boolean {
  const isJson = /json/i.test(headers.get("content-type") ?? "");
  return status === 407 || status === 401 && !isJson;
}

function withHeader(init: FetchInit, token: string): FetchInit {
  const headers = new Headers(init.headers);
  headers.set("proxy-authorization", `Bearer ${token}`);
  return { ...init, headers };
}
