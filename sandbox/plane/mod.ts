import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type ConnectRouter,
  createConnectRouter,
  createRouterTransport,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import type { IssuerOptions } from "./auth/issuer.ts";
import { createMetadata } from "./auth/metadata.ts";
import { createProfiles } from "./auth/profiles.ts";
import type { Kubernetes, KubernetesWorld } from "./kubernetes/kubernetes.ts";
import type { ObjectsOptions } from "./object_store/objects.ts";
import { createSigner } from "./object_store/signed_urls.ts";
import { answerPlain } from "./plain_routes.ts";
import { registerServices, type Services } from "./routes.ts";
import { createStore } from "./store.ts";
import { GZIP } from "./wire/gzip.ts";
import { createListener } from "./wire/listener.ts";
import { notFoundAnswer } from "./wire/plain_answer.ts";
import type { LostChanges } from "./workflow/notifications.ts";
import { tellActions, type ToldAction } from "./workflow/told_actions.ts";

/** What a plane is made from. */
export interface PlaneOptions {
  /** Milliseconds since 1970; the plane makes its readings strictly increasing. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds, rejects once the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The authorization server behind the deployment. Without one nobody can log in. */
  readonly issuer?: IssuerOptions;
  /** Talks to the issuer. @default {globalThis.fetch} */
  readonly fetch?: typeof fetch;
  /**
   * Makes what stands behind the plane: pods and the actions service. Without
   * it nothing runs, is signalled or has logs, and there are neither apps nor
   * secrets, as in the recorded answers.
   */
  readonly kubernetes?: (world: KubernetesWorld) => Kubernetes;
  /** An object store that clients can reach. Without one nothing can be signed. */
  readonly storage?: StorageOptions;
  /**
   * Paths at which nothing is mounted, by their beginnings: an older or a
   * smaller deployment answers 404 there. @default none
   *
   * @example
   * ```ts ignore
   * const without = ["/flyteidl2.workflow.RunService/SignalEvent"];
   * ```
   */
  readonly without?: readonly string[];
}

/** An object store with a bucket, whose signed URLs the plane serves itself. */
export interface StorageOptions {
  /** The bucket, as `s3://name`. */
  readonly container: string;
  /** Where clients reach the plane's listener; asked when a URL is signed. */
  readonly publicUrl: () => string;
}

/** An in-memory Flyte 2 control plane. It checks no credentials, as the real one. */
export interface Plane extends AsyncDisposable {
  /** The request listener for `node:http`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** The same RPCs without a socket. */
  readonly transport: Transport;
  /** Puts a file into the object store, as a task does with its outputs. */
  readonly putObject: (uri: string, content: Uint8Array) => void;
  /** Takes in a great many actions at once; their run is there already. */
  readonly tellActions: (told: Iterable<ToldAction>) => void;
  /**
   * Loses the notifications of some changes until it is disposed of: watchers
   * are not told, and their streams stay open. What is read is right.
   */
  readonly lose: (changes: LostChanges) => Disposable;
}

/** Creates a plane that holds the project `flytesnacks` and nothing else. */
export function createPlane(options: PlaneOptions): Plane {
  const over = new AbortController();
  const { without = [] } = options;
  const services = createServices(options, over.signal);
  const { store, metadata } = services;
  const routes = (router: ConnectRouter) => registerServices(router, services);
  const ends = { transport: { interceptors: [endWith(over.signal)] } };
  const router = createConnectRouter({
    grpc: false,
    acceptCompression: [GZIP],
    compressMinBytes: 0,
  });
  routes(router);
  const listener = createListener({
    handlers: router.handlers,
    plain: async (request) => {
      const { pathname } = request.url;
      return without.some((beginning) => pathname.startsWith(beginning))
        ? notFoundAnswer()
        : await answerPlain(request, { metadata, store });
    },
  });
  return {
    handle: listener.handle,
    transport: createRouterTransport(routes, ends),
    putObject: (uri, content) => store.objects.put(uri, content),
    tellActions: (told) => tellActions(store, told),
    lose: (changes) => store.notifications.lose(changes),
    async [Symbol.asyncDispose]() {
      over.abort();
      await listener[Symbol.asyncDispose]();
    },
  };
}

function createServices(options: PlaneOptions, over: AbortSignal): Services {
  const { now, sleep, issuer, storage } = options;
  const world = { now, sleep, fetch: options.fetch ?? fetch };
  const services: Services = {
    store: createStore(now, objectsOptions(storage)),
    issuer,
    metadata: createMetadata(issuer, world),
    profiles: createProfiles(issuer?.url, world),
    sleep,
    kubernetes: undefined,
  };
  // Kubernetes reads and reports; aborts and signals are not its own to give.
  const transport = createRouterTransport(
    (router) => registerServices(router, services),
    { transport: { interceptors: [endWith(over)] } },
  );
  const { objects } = services.store;
  const kubernetes = options.kubernetes?.(
    { transport, now, sleep, signal: over, objects },
  );
  return { ...services, kubernetes };
}

/** Ends calls that are still open when the plane is over. */
function endWith(over: AbortSignal): Interceptor {
  return (next) => (request) =>
    next({ ...request, signal: AbortSignal.any([request.signal, over]) });
}

function objectsOptions(storage: StorageOptions | undefined): ObjectsOptions {
  if (!storage) return { container: "", signer: undefined };
  const { container, publicUrl } = storage;
  return { container, signer: createSigner(publicUrl, randomBytes(32)) };
}
