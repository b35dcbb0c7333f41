import type { Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { Authenticator } from "../auth/authenticator.ts";
import type {
  ClientConfigOverride,
  ClientConfigStore,
} from "../auth/client_config.ts";
import type { Clock } from "../clock.ts";
import { acceptConnectAnswers } from "../http/connect_answers.ts";
import type { Fetch } from "../http/fetch.ts";
import { authenticate } from "./authenticate.ts";
import { RemoteClientConfigStore } from "./config_store.ts";
import { endAttempts, endCalls, identify, retryReads } from "./interceptors.ts";

/** What a session with one control plane is made of. */
export interface SessionConfig {
  /** Scheme, host, port and path. */
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Where the login is described. @default the endpoint */
  readonly authEndpoint?: string | null;
  /** Local settings over the published client configuration. */
  readonly override: ClientConfigOverride;
  /** A fresh `x-request-id`. */
  readonly newRequestId: () => string;
  /** Makes the authenticator that all calls of the session share. */
  readonly authenticator: (store: ClientConfigStore) => Authenticator;
}

/** A session: the transport, and who it acts as. */
export interface Session {
  readonly endpoint: string;
  readonly transport: Transport;
  readonly authenticator: Authenticator;
  readonly store: ClientConfigStore;
}

/**
 * Makes a session. Nothing is sent before the first call. The interceptors,
 * outermost first: the call's deadline and request id, credentials, retries,
 * the attempt's deadline; then the fetch that judges answers.
 */
export function createSession(config: SessionConfig): Session {
  const { endpoint, clock, newRequestId, override, fetch } = config;
  const to = (baseUrl: string) => ({
    baseUrl,
    useBinaryFormat: true,
    fetch: toGlobalFetch(acceptConnectAnswers(fetch)),
  });
  const flyte = to(endpoint);
  const around = [endCalls(clock), identify(newRequestId)];
  const inside = [retryReads(clock), endAttempts(clock)];
  const anonymous = createConnectTransport({
    ...(config.authEndpoint ? to(config.authEndpoint) : flyte),
    interceptors: [...around, ...inside],
  });
  const store = new RemoteClientConfigStore(anonymous, { override, fetch });
  const authenticator = config.authenticator(store);
  const auth = authenticate(authenticator, { store, endpoint });
  const transport = createConnectTransport({
    ...flyte,
    interceptors: [...around, auth, ...inside],
  });
  return { endpoint, transport, authenticator, store };
}

/** Connect calls with a URL string and an init, which is all that ours takes. */
function toGlobalFetch(fetch: Fetch): typeof globalThis.fetch {
  return (input, init) => fetch(String(input), init ?? {});
}
