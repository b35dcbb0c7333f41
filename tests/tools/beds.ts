/**
 * What tests of tools stand on besides the sandbox: an empty plane for what a
 * test plants, the seeded one, which tests only read, and a Flyte that answers
 * nothing but what a test says.
 */
import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import { createIngress, type Ingress } from "../../sandbox/ingress.ts";
import {
  listenOnLoopback,
  type LoopbackServer,
} from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { createListener } from "../../sandbox/plane/wire/listener.ts";
import { seed } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import {
  connectServer,
  openTestBed,
  type ServerOptions,
  type TestBed,
  type TestServer,
} from "../harness.ts";

/** Opens an empty plane that needs no login. */
export async function openEmpty(options: ServerOptions = {}): Promise<TestBed> {
  return await openTestBed({
    ...options,
    sandbox: { auth: "open", seeded: false },
  });
}

/** A server before the seeded plane. */
export interface SeededBed extends TestServer {
  readonly ingress: Ingress;
  readonly plane: Plane;
  readonly endpoint: string;
}

/** One seeded plane for all tests of a file, for filling one takes a while. */
let seeded: Promise<Plane> | undefined;

function seededPlane(): Promise<Plane> {
  return seeded ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    // Parts of what is reported are in whole seconds, so durations are as well.
    const now = Math.floor(Date.now() / 1000) * 1000;
    await seed({ ...plane, ...cluster }, now);
    return plane;
  });
}

/** Opens the seeded plane, which needs no login and which nobody may change. */
export async function openSeeded(
  options: ServerOptions = {},
): Promise<SeededBed> {
  const stack = new AsyncDisposableStack();
  const plane = await seededPlane();
  const ingress = createIngress({ plane: plane.handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const server = stack.use(await connectServer(url, options));
  return {
    ...server,
    ingress,
    plane,
    endpoint: url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Serves a Flyte without a login that has these services alone. */
export async function serveFlyte(
  routes: (router: ConnectRouter) => void,
): Promise<LoopbackServer> {
  const router = createConnectRouter({ grpc: false, grpcWeb: false });
  // A control plane without an identity provider answers `unimplemented`; of
  // two that are mounted under one path the later one answers.
  router.service(AuthMetadataService, {});
  routes(router);
  const listener = createListener({
    handlers: router.handlers,
    plain: () => Promise.resolve(undefined),
  });
  const server = await listenOnLoopback((request, response) => {
    response.setHeader("connection", "close");
    listener.handle(request, response);
  }, 0);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
