import { isLoopback } from "../config/endpoint.ts";
import type { Setting } from "../config/sources.ts";
import { ToolError } from "../errors.ts";
import type { Fetch, FetchInit } from "../http/fetch.ts";
import { nameOf } from "../text.ts";
import type { RunCommand } from "./command.ts";
import { commandFailure, readCommandToken } from "./command_token.ts";
import { SingleFlight } from "./single_flight.ts";
import { readClaims } from "./token.ts";

const TIMEOUT_MS = 30_000;

/** A token is replaced this long before it runs out. */
const SKEW_MS = 30_000;

/** What `proxy-authorization` is made from, and where it may go. */
export interface ProxyAuthorization {
  readonly command: Setting<readonly string[]>;
  readonly run: RunCommand;
  readonly now: () => number;
  /** URL of the control plane. */
  readonly endpoint: string;
  /** Further addresses that were set by hand, such as the issuer's. */
  readonly own: readonly string[];
  /** Hosts that may be an issuer; `null`: whatever is published. */
  readonly trustedIssuers: readonly string[] | null;
}

/**
 * Sends `proxy-authorization` with the calls to Flyte and to the issuer, for
 * both may stand behind the same proxy. The command gives the token; it is run
 * again when the token runs out, or once when the proxy refuses it (407, or a
 * 401 that is not Flyte's).
 *
 * @see RFC 9110 section 11.7.2
 */
export function withProxyAuthorization(
  fetch: Fetch,
  options: ProxyAuthorization,
): Fetch {
  const tokens = createTokens(options);
  return async (url, init) => {
    if (!mayGoTo(url, options)) return await fetch(url, init);
    const signal = init.signal ?? new AbortController().signal;
    const used = await tokens.current(signal);
    const response = await fetch(url, withHeader(init, used));
    if (!isProxyRefusal(response)) return response;
    tokens.drop(used);
    const renewed = await tokens.current(signal);
    const isNew = renewed !== used;
    if (isNew) await response.body?.cancel();
    const last = isNew ? await fetch(url, withHeader(init, renewed)) : response;
    if (last.status !== 407) return last;
    await last.body?.cancel();
    throw tokenRefused(options.command, url);
  };
}

/**
 * As Flyte's own token: by https, or between programs of this machine; and to
 * no issuer that is not trusted.
 */
function mayGoTo(
  address: string,
  { endpoint, own, trustedIssuers }: ProxyAuthorization,
): boolean {
  const { protocol, origin, host } = new URL(address);
  const isLocal = isLoopback(address) && isLoopback(endpoint);
  if (protocol !== "https:" && !isLocal) return false;
  return trustedIssuers === null || trustedIssuers.includes(host) ||
    [endpoint, ...own].some((url) => URL.parse(url)?.origin === origin);
}

/** The command's token, kept until it runs out or is dropped. */
function createTokens({ command, run, now }: ProxyAuthorization) {
  let known: string | null = null;
  const obtaining = new SingleFlight(async (signal) => {
    const result = await run(command.value, { timeoutMs: TIMEOUT_MS, signal });
    const found = result.kind === "ended" && result.code === 0
      ? readCommandToken(result.stdout)
      : null;
    if (!found) throw commandFailure(command, result);
    return known = found.access_token;
  }, { timeoutMs: TIMEOUT_MS + 5000 });
  return {
    current: (signal: AbortSignal): Promise<string> =>
      known !== null && isFresh(known, now())
        ? Promise.resolve(known)
        : obtaining.join(signal),
    drop: (used: string): void => {
      if (known === used) known = null;
    },
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

/** A 401 may be Flyte's ingress, which wants a login; 407 is a proxy's alone. */
function tokenRefused(
  { source }: Setting<unknown>,
  address: string,
): ToolError {
  return new ToolError(
    "token_rejected",
    `The proxy in front of ${
      nameOf(new URL(address).host)
    } refuses the token that the command from ${source} prints (HTTP 407).`,
    {
      nextStep:
        "Admin: check whom the proxy lets in, and the audience that it expects. Person: does the command give a token for this proxy?",
    },
  );
}

function withHeader(init: FetchInit, token: string): FetchInit {
  const headers = new Headers(init.headers);
  headers.set("proxy-authorization", `Bearer ${token}`);
  return { ...init, headers };
}
