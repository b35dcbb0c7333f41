/**
 * Flyte behind a double: a plane that publishes the issuer through its
 * AuthMetadata, an ingress that takes its tokens alone, and a server with a
 * client.
 */
import { bearerToken } from "../../sandbox/ingress/bearer.ts";
import { refuse } from "../../sandbox/ingress/refusal.ts";
import { createRoutes } from "../../sandbox/ingress/routes.ts";
import type { Listener } from "../../sandbox/ingress/options.ts";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import type { FlyteClient } from "../../sandbox/plane/auth/issuer.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { type Double, startDouble } from "./double.ts";
import type { Vendor } from "./vendor.ts";

export interface IssuerBedOptions {
  /** What Flyte publishes (`runs.authMetadata.flyteClient`); `null`: nothing. */
  readonly client: Partial<FlyteClient> | null;
  /** `runs.authMetadata.externalMetadataUrl`. */
  readonly metadataUrl?: string;
  /** The `aud` that the ingress wants; `null`: it asks the issuer instead. */
  readonly audience: string | null;
  readonly env?: Env | ((double: Double) => Env);
}

type Env = Readonly<Record<string, string>>;

export interface IssuerBed extends TestServer {
  readonly double: Double;
  /** Waits until nothing is pending, and gives the status. */
  settled(): Promise<Called>;
  /** Uses the token, lets the ingress refuse it, and gives the next answer. */
  renew(): Promise<Called>;
}

/** The callback of a bed: nobody listens there before a browser login. */
export function freeCallback(path = "/callback"): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://localhost:${listener.addr.port}${path}`;
}

/** A clock whose sleeps take no time and are written down, in seconds. */
export function recordingClock(): Clock & {
  readonly slept: readonly number[];
} {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => 0,
    sleep: (ms) => {
      slept.push(ms / 1000);
      now += ms;
      return Promise.resolve();
    },
  };
}

/** Goes where the person's browser goes, and gives the last page. */
export async function signIn(
  { data }: Called,
): Promise<{ status: number; text: string }> {
  const sent = await fetch(data.authorization_url, { redirect: "manual" });
  const text = await sent.text();
  const back = sent.headers.get("location");
  if (back === null) return { status: sent.status, text };
  const page = await fetch(back);
  return { status: page.status, text: await page.text() };
}

/** Starts the issuer's double, Flyte, and a server for it. */
export async function openIssuerBed(
  vendor: Vendor,
  { client, metadataUrl, audience, env = {} }: IssuerBedOptions,
): Promise<IssuerBed> {
  const stack = new AsyncDisposableStack();
  const double = stack.use(await startDouble(vendor));
  const { now, sleep } = systemClock;
  const published = client && {
    url: double.issuer,
    client: { clientId: "", redirectUri: "", scopes: [], ...client },
    ...(metadataUrl && { metadataUrl }),
  };
  const plane = stack.use(
    createPlane({ now, sleep, ...(published && { issuer: published }) }),
  );
  const ingress = audience === null
    ? createIngress({ plane: introspecting(double, plane.handle) })
    : createIngress({
      plane: plane.handle,
      issuer: { url: double.issuer, audience, jwks: double.jwks },
    });
  const server = stack.use(await listenOnLoopback(ingress, 0));
  const known = typeof env === "function" ? env(double) : env;
  const connected = stack.use(await connectServer(server.url, { env: known }));
  const { call } = connected;
  return {
    ...connected,
    double,
    settled: async () => {
      let status = await call("auth_status", { wait_seconds: 25 });
      for (let tries = 0; status.data.login === "pending"; tries++) {
        if (tries > 20) throw new Error("Cannot wait longer: still pending");
        status = await call("auth_status", { wait_seconds: 25 });
      }
      return status;
    },
    renew: async () => {
      await call("list_projects");
      ingress.faults.next("ListProjects", {
        kind: "refuse",
        refusal: "connect_401",
      });
      return await call("list_projects");
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** An ingress for opaque tokens asks whoever gave them (RFC 7662). */
function introspecting(double: Double, plane: Listener): Listener {
  const routes = createRoutes({});
  return (req, res) => {
    const token = bearerToken(req, "authorization") ?? "";
    const isOpen = routes.accessOf(`${req.url}`) === "open";
    if (isOpen || double.isIssued(token)) return plane(req, res);
    const loginUrl = double.origin;
    refuse(res, "connect_401", { problem: "malformed", loginUrl });
  };
}
