/** Sessions with a plane behind an ingress, without a server around them. */
import type { IncomingHttpHeaders } from "node:http";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { openFlyte } from "../../src/open.ts";
import { testMachine, testSources } from "../harness.ts";

/** How a session is made. */
export interface SessionOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly fetch?: Fetch;
}

/** A session with this endpoint, and clients of some services over it. */
export function openSession(
  endpoint: string,
  { env = {}, clock = systemClock, fetch }: SessionOptions = {},
) {
  const stack = new AsyncDisposableStack();
  const resolved = resolveConfig(
    testSources({ FLYTE_ENDPOINT: endpoint, ...env }),
  );
  let ids = 0;
  const { session, clients } = openFlyte(resolved, {
    fetch: fetch ?? stack.use(createFetch({ caCert: null })),
    clock,
    newRequestId: () => `call-${++ids}`,
    ...testMachine(),
  });
  stack.use(session.authenticator);
  return {
    ...clients,
    session,
    calls: () => ids,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A plane behind an ingress, whose requests are kept with their headers. */
export async function openPlane(options: SessionOptions = {}) {
  const stack = new AsyncDisposableStack();
  const plane = stack.use(createPlane(systemClock));
  const ingress = createIngress({ plane: plane.handle });
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  const { url } = stack.use(
    await listenOnLoopback((request, response) => {
      seen.push({ path: request.url ?? "", headers: { ...request.headers } });
      ingress(request, response);
    }, 0),
  );
  const session = stack.use(openSession(url, options));
  return {
    ...session,
    seen,
    faults: ingress.faults,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
