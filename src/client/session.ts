import type { Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { Authenticator, CallCredentials } from "../auth/authenticator.ts";
import type {
  ClientConfigOverride,
  ClientConfigStore,
} from "../auth/client_config.ts";
import type { Clock } from "../clock.ts";
import { acceptConnectAnswers } from "../http/connect_answers.ts";
import type { Fetch } from "../http/fetch.ts";
import { admitCalls } from "./admission/admit.ts";
import { authenticate } from "./authenticate.ts";
import { Caller } from "./sharing/caller.ts";
import { routeToClusters } from "./clusters/cluster_transport.ts";
import { RemoteClientConfigStore } from "./config_store.ts";
import { endAttempts, endCalls, identify, retryReads } from "./interceptors.ts";
import { limiter } from "./limits/limited_transport.ts";
import type { Limits } from "./limits/limits.ts";
import { shareReads } from "./sharing/shared_reads.ts";
import { repeatStreams } from "./streams.ts";

/** What a session with one control plane is made of. */
export interface SessionConfig<A extends CallCredentials = Authenticator> {
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
  readonly authenticator: (store: ClientConfigStore) => A;
  /** Hosts that Flyte may name as clusters. @default none */
  readonly trustedClusters?: readonly string[] | null;
  /** What calls may ask for and answers show. @default everything */
  readonly limits?: Limits | null;
}

/** A session: the transports, and who it acts as. */
export interface Session<A extends CallCredentials = Authenticator> {
  readonly endpoint: string;
  /** To the control plane. */
  readonly transport: Transport;
  /** To the cluster that a call is for, where Flyte has clusters. */
  readonly routed: Transport;
  readonly authenticator: A;
  readonly store: ClientConfigStore;
  readonly clock: Clock;
  /** Tells whether an answer that was kept is for whoever asks now. */
  readonly caller: Caller;
}

/**
 * Makes a session. Nothing is sent before the first call. The interceptors,
 * outermost first: the call's request id and deadline, credentials, answers
 * that are shared, retries, the queue, the attempt's deadline; then the fetch
 * that judges answers. What may not be shown is refused before all of them.
 */
export function createSession<A extends CallCredentials>(
  config: SessionConfig<A>,
): Session<A> {
  const { endpoint, clock, newRequestId, override, fetch } = config;
  const to = (baseUrl: string) => ({
    baseUrl,
    useBinaryFormat: true,
    fetch: toGlobalFetch(acceptConnectAnswers(fetch)),
  });
  // All calls to Flyte know together whether it has spoken Connect.
  const flyte = to(endpoint);
  const at = (url: string) => url === endpoint ? flyte : to(url);
  const around = [identify(newRequestId), endCalls(clock), repeatStreams()];
  const inside = [retryReads(clock), admitCalls(clock), endAttempts(clock)];
  const anonymous = createConnectTransport({
    ...at(config.authEndpoint ?? endpoint),
    interceptors: [...around, ...inside],
  });
  const store = new RemoteClientConfigStore(anonymous, { override, fetch });
  const authenticator = config.authenticator(store);
  const caller = new Caller(authenticator);
  const share = shareReads(caller, clock);
  const transportTo = (url: string) => {
    const auth = authenticate(authenticator, { store, endpoint: url });
    const interceptors = [...around, auth, share, ...inside];
    return createConnectTransport({ ...at(url), interceptors });
  };
  const transport = transportTo(endpoint);
  const trusted = config.trustedClusters ?? [];
  const routing = { endpoint, transport, transportTo, trusted, clock, caller };
  const limit = limiter(config.limits ?? null, { control: transport, clock });
  return {
    ...{ endpoint, authenticator, store, clock, caller },
    transport: limit(transport),
    routed: limit(routeToClusters(routing)),
  };
}

/** Connect calls with a URL string and an init, which is all that ours takes. */
function toGlobalFetch(fetch: Fetch): typeof globalThis.fetch {
  return (input, init) => fetch(String(input), init ?? {});
}
