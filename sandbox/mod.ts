import { type Clock, systemClock } from "../src/clock.ts";
import {
  createExecutingCluster,
  type ExecutingCluster,
} from "./executor/executing_cluster.ts";
import type { Script } from "./executor/script.ts";
import { createIngress, type Ingress } from "./ingress.ts";
import { CLI_CLIENT, REDIRECT_URI } from "./issuer/clients.ts";
import { type Issuer, startIssuer } from "./issuer/mod.ts";
import type { IssuerOptions } from "./issuer/options.ts";
import { listenOnLoopback } from "./loopback.ts";
import type { FlyteClient } from "./plane/auth/issuer.ts";
import type { ClusterResources } from "./plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane, type PlaneOptions } from "./plane/mod.ts";
import { seed, type Seeds } from "./seed/mod.ts";
import { everydayScript } from "./seed/scripts.ts";

/** How a sandbox is made. */
export interface SandboxOptions {
  /** `device`: a login through the conversation; `open`: none is needed. */
  readonly auth: "device" | "open";
  /** @default {0} any free port */
  readonly port?: number;
  /** Which made-up data are there; `true` are the everyday ones. @default {true} */
  readonly seeded?: boolean | Seeds;
  /**
   * Whether runs that are created happen: they go through their phases as time
   * goes by. A script tells what they do; the one for `true` knows the seeded
   * tasks. @default {false} they stay queued
   */
  readonly executor?: boolean | Script;
  /** Paths at which nothing is mounted, see the plane's option. */
  readonly without?: readonly string[];
  /** The plane's time. @default the machine's */
  readonly clock?: Clock;
  /** Where tokens stand. @default {"authorization"} */
  readonly tokenHeader?: "authorization" | "flyte-authorization";
  /** What is published of the client. @default the Flyte CLI's */
  readonly client?: Partial<FlyteClient>;
  /** Over the issuer's own defaults. */
  readonly issuer?: IssuerOptions;
}

/** A whole Flyte on this machine: issuer, ingress, control plane, made-up data. */
export interface Sandbox extends AsyncDisposable {
  /** Where Flyte is called, for example `http://127.0.0.1:49152`. */
  readonly endpoint: string;
  readonly plane: Plane;
  /** What stands behind the plane. */
  readonly cluster: ClusterResources;
  readonly ingress: Ingress;
  /** `null` when no login is needed. */
  readonly issuer: Issuer | null;
}

/** Starts a sandbox on 127.0.0.1; dispose of it to stop. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock = systemClock, tokenHeader = "authorization" } = options;
  await using stack = new AsyncDisposableStack();
  const issuer = options.auth === "device"
    ? stack.use(await startIssuer(options.issuer))
    : null;
  const cluster = clusterOf(options);
  const plane = stack.use(createPlane({
    now: clock.now,
    sleep: clock.sleep,
    kubernetes: cluster.connect,
    without: options.without ?? [],
    ...(issuer && issuerOf(issuer, options)),
  }));
  await seed({ ...plane, ...cluster }, clock.now(), seedsOf(options));
  if (options.executor) cluster.start();
  const ingress = createIngress({
    plane: plane.handle,
    tokenHeader,
    ...(issuer && { issuer }),
  });
  const server = stack.use(
    await listenOnLoopback(ingress, options.port ?? 0),
  );
  const owned = stack.move();
  return {
    endpoint: server.url,
    plane,
    cluster,
    ingress,
    issuer,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function clusterOf({ executor }: SandboxOptions): ExecutingCluster {
  const script = typeof executor === "function" ? executor : everydayScript;
  return createExecutingCluster({ script });
}

/** What a plane is told of its issuer. */
function issuerOf(
  issuer: Issuer,
  { client, tokenHeader = "authorization" }: SandboxOptions,
): Pick<PlaneOptions, "fetch" | "issuer"> {
  return {
    fetch: directlyTo(issuer),
    issuer: {
      url: issuer.url,
      client: { ...publishedClient(issuer), ...client },
      authorizationMetadataKey: tokenHeader,
    },
  };
}

function seedsOf({ seeded = true }: SandboxOptions): Seeds {
  if (typeof seeded === "object") return seeded;
  return { everyday: seeded };
}

/** The plane and its issuer are neighbours: no TLS and no proxy between them. */
function directlyTo({ url, address }: Issuer): typeof fetch {
  return (input, init) => fetch(String(input).replace(url, address), init);
}

/** What Flyte publishes of the client that people log in with. */
function publishedClient({ audience }: Issuer): FlyteClient {
  return {
    clientId: CLI_CLIENT.clientId,
    redirectUri: REDIRECT_URI,
    scopes: ["all", "offline_access"],
    audience,
  };
}
