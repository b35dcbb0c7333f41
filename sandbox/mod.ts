import { type Clock, systemClock } from "../src/clock.ts";
import { createIngress, type Ingress } from "./ingress.ts";
import { CLI_CLIENT, REDIRECT_URI } from "./issuer/clients.ts";
import { type Issuer, startIssuer } from "./issuer/mod.ts";
import type { IssuerOptions } from "./issuer/options.ts";
import { listenOnLoopback } from "./loopback.ts";
import type { FlyteClient } from "./plane/auth/issuer.ts";
import { createIdleCluster } from "./plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "./plane/mod.ts";
import { seed } from "./seed/mod.ts";

/** How a sandbox is made. */
export interface SandboxOptions {
  /** `device`: a login through the conversation; `open`: none is needed. */
  readonly auth: "device" | "open";
  /** @default {0} any free port */
  readonly port?: number;
  /** Whether made-up projects and runs are there. @default {true} */
  readonly seeded?: boolean;
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
  const cluster = createIdleCluster();
  const plane = stack.use(createPlane({
    now: clock.now,
    sleep: clock.sleep,
    kubernetes: cluster.connect,
    ...(issuer && {
      issuer: {
        url: issuer.url,
        client: { ...publishedClient(issuer), ...options.client },
        authorizationMetadataKey: tokenHeader,
      },
    }),
  }));
  if (options.seeded ?? true) {
    await seed({ ...plane, pods: cluster.pods }, clock.now());
  }
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
    ingress,
    issuer,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
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
