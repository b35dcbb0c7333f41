import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { NO_PROXIES, type Proxies } from "../../src/config/proxy.ts";
import { Secret } from "../../src/config/secret.ts";
import type { Probed } from "../../src/http/certificate_probe.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { NetworkError } from "../../src/http/network_error.ts";
import type { Route } from "../../src/http/tunnel.ts";
import { makeCertificates } from "./certificates.ts";
import { closedOrigin, serve, serveSocket, serveTls } from "./peer.ts";
import { startProxy } from "./proxy.ts";

const certificates = await makeCertificates();

/** A probe that writes down where it looked. */
function recordingProbe(answer: Probed | null = { kind: "tls", chain: [] }) {
  const routes: Omit<Route, "signal">[] = [];
  return {
    routes,
    answer,
    probe({ signal: _, ...route }: Route): Promise<Probed | null> {
      routes.push(route);
      return Promise.resolve(answer);
    },
  };
}

function proxiesOf(address: string): Proxies {
  const { host, username } = new URL(address);
  const url = new Secret(address);
  const value = { host, url, hasCredentials: username !== "" };
  return { ...NO_PROXIES, configured: { value, source: "FLYTE_TEST_PROXY" } };
}

Deno.test("createFetch() looks at a peer once when TLS fails, and keeps what was seen", async () => {
  await using peer = await serveTls(certificates, () => {});
  const { routes, probe, answer } = recordingProbe();
  using fetch = createFetch({ caCert: null, probe });
  const error = await assertRejects(() => fetch(peer.origin, {}), NetworkError);
  assertEquals(error.failure, "tls");
  assertStrictEquals(error.probed, answer);
  const port = Number(new URL(peer.origin).port);
  assertEquals(routes, [{ hostname: "127.0.0.1", port, proxy: null }]);
});

Deno.test("createFetch() looks at nobody while the connection works", async () => {
  await using peer = await serveTls(certificates, (_request, response) => {
    response.writeHead(500).end();
  });
  const { routes, probe } = recordingProbe();
  using fetch = createFetch({ caCert: certificates.ca, probe });
  for (const once of [false, true]) {
    const response = await fetch(peer.origin, { once });
    assertEquals(response.status, 500);
    await response.body?.cancel();
  }
  assertEquals(routes, []);
});

/** Failures that a look at the certificate cannot explain. */
const OTHERS: Readonly<Record<string, () => Promise<string>>> = {
  "a port of plain http where nothing listens": closedOrigin,
  "a port of https where nothing listens": async () =>
    (await closedOrigin()).replace("http:", "https:"),
  // A label of 64 characters fails in the resolver, without a network.
  "a name that does not resolve": () =>
    Promise.resolve(`http://${"x".repeat(64)}.invalid`),
};

for (const [what, origin] of Object.entries(OTHERS)) {
  Deno.test(`createFetch() does not look at ${what}`, async () => {
    const { routes, probe } = recordingProbe();
    using fetch = createFetch({ caCert: null, probe });
    const url = await origin();
    await assertRejects(() => fetch(url, {}), NetworkError);
    assertEquals(routes, []);
  });
}

Deno.test("createFetch() looks through the proxy that the call took", async () => {
  await using peer = await serveTls(certificates, () => {});
  const hosts = { "flyte.test:443": Number(new URL(peer.origin).port) };
  await using proxy = await startProxy({ hosts });
  const url = `http://ada:made%20up@${proxy.host}/`;
  const { routes, probe } = recordingProbe();
  using fetch = createFetch({ caCert: null, probe, proxies: proxiesOf(url) });
  const call = () => fetch("https://flyte.test", {});
  const error = await assertRejects(call, NetworkError);
  assertEquals(error.failure, "tls");
  assertEquals(routes, [{ hostname: "flyte.test", port: 443, proxy: url }]);
});

Deno.test("createFetch() never looks around a proxy that it cannot speak to", async () => {
  const { routes, probe } = recordingProbe();
  await using peer = await serve(() => {});
  const { host } = new URL(peer.origin);
  const proxies = proxiesOf(`https://${host}`);
  using fetch = createFetch({ caCert: null, probe, proxies });
  const call = () => fetch("https://flyte.test", {});
  const error = await assertRejects(call, NetworkError);
  assertEquals([error.failure, routes], ["tls", []]);
});

Deno.test("createFetch() gives the first failure when looking fails too", async () => {
  await using peer = await serveTls(certificates, () => {});
  const probe = () => Promise.reject(new Error("Nobody there any more"));
  using fetch = createFetch({ caCert: null, probe });
  const error = await assertRejects(() => fetch(peer.origin, {}), NetworkError);
  assertEquals([error.failure, error.probed], ["tls", null]);
});

/** A probe that sees nothing until it is told to stop. */
function endless({ signal }: Route): Promise<null> {
  const { promise, reject } = Promise.withResolvers<null>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

Deno.test("createFetch() does not look for longer than it may", async () => {
  await using peer = await serveTls(certificates, () => {});
  using fetch = createFetch({ caCert: null, probe: endless, probeMs: 10 });
  const error = await assertRejects(() => fetch(peer.origin, {}), NetworkError);
  assertEquals([error.failure, error.probed], ["tls", null]);
});

Deno.test("createFetch() stops looking when the call is given up", async () => {
  await using peer = await serveTls(certificates, () => {});
  const call = new AbortController();
  const { signal } = call;
  using fetch = createFetch({
    caCert: null,
    probe: (route) => {
      queueMicrotask(() => call.abort(new Error("Given up")));
      return endless(route);
    },
  });
  const waited = fetch(peer.origin, { signal }).catch((error) => error);
  assertStrictEquals(await waited, signal.reason);
});

Deno.test("createFetch() tells plain http to a TLS port from a broken connection", async () => {
  await using tls = await serveTls(certificates, () => {});
  await using rude = await serveSocket((socket) => socket.destroy());
  const seen = recordingProbe();
  using fetch = createFetch({ caCert: null, probe: seen.probe });
  const failureAt = async (origin: string) => {
    const url = origin.replace("https:", "http:");
    return (await assertRejects(() => fetch(url, {}), NetworkError)).failure;
  };
  assertEquals(await failureAt(tls.origin), "tls_only");
  assertEquals(seen.routes.length, 1);
  using other = createFetch({
    caCert: null,
    probe: recordingProbe(null).probe,
  });
  const call = () => other(rude.origin, {});
  assertEquals((await assertRejects(call, NetworkError)).failure, "dropped");
});
