import { type Caller, callerOf, type Credentials } from "./caller.ts";
import { fetchWithin, type IssuerWorld } from "./issuer.ts";

const USERINFO_TIMEOUT_MS = 3_000;
const CACHE_MS = 24 * 60 * 60 * 1_000;

/** Looks up who a bearer token belongs to. */
export interface Profiles {
  /** The caller with what the issuer's userinfo endpoint adds; without it, as it was. */
  complete(credentials: Credentials, signal: AbortSignal): Promise<Caller>;
}

/** Without an issuer nobody can be asked: callers stay as their token names them. */
export function createProfiles(
  issuerUrl: string | undefined,
  world: IssuerWorld,
): Profiles {
  const cache = new Map<string, { caller: Caller; expiresAt: number }>();
  const userinfo = createUserinfo(issuerUrl ?? "", world);
  return {
    async complete({ caller, token }, signal) {
      if (issuerUrl === undefined || token === undefined) return caller;
      if (caller.firstName && caller.lastName && caller.email) return caller;
      const key = await digest(token);
      const known = cache.get(key);
      if (known && known.expiresAt > world.now()) return known.caller;
      try {
        const found = await userinfo(token, signal);
        if (found.subject === "") return caller;
        cache.set(key, { caller: found, expiresAt: world.now() + CACHE_MS });
        return found;
      } catch {
        // The lookup is best effort: a run is created whether it works or not.
        return caller;
      }
    },
  };
}

/** Asks the userinfo endpoint, which discovery names once. */
function createUserinfo(
  issuerUrl: string,
  world: IssuerWorld,
): (token: string, signal: AbortSignal) => Promise<Caller> {
  const given = { ...world, ms: USERINFO_TIMEOUT_MS };
  const base = issuerUrl.replace(/\/+$/, "");
  let endpoint: string | undefined;
  return async (token, signal) => {
    endpoint ??= await discover(
      `${base}/.well-known/openid-configuration`,
      signal,
      given,
    );
    const headers = { authorization: `Bearer ${token}` };
    return callerOf(await fetchJson(endpoint, { headers, signal }, given));
  };
}

async function discover(
  url: string,
  signal: AbortSignal,
  world: IssuerWorld & { readonly ms: number },
): Promise<string> {
  const { userinfo_endpoint: endpoint } = await fetchJson(
    url,
    { signal },
    world,
  );
  if (typeof endpoint === "string" && endpoint !== "") return endpoint;
  throw new TypeError(`Cannot find userinfo_endpoint in "${url}"`);
}

async function fetchJson(
  url: string,
  init: { headers?: Record<string, string>; signal: AbortSignal },
  world: IssuerWorld & { readonly ms: number },
): Promise<Record<string, unknown>> {
  const { response, body } = await fetchWithin(url, init, world);
  if (response.status !== 200) {
    throw new TypeError(`Cannot read "${url}": status ${response.status}`);
  }
  const json: unknown = JSON.parse(body);
  if (typeof json === "object" && json !== null) {
    return Object.fromEntries(Object.entries(json));
  }
  throw new TypeError(`Cannot read "${url}": no JSON object`);
}

/** Tokens are remembered by their hash alone. */
async function digest(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return hash.toHex();
}
