import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type Certificate,
  probeCertificate,
} from "../../src/http/certificate_probe.ts";
import type { Route } from "../../src/http/tunnel.ts";
import {
  CA_NAME,
  type CertificateOptions,
  makeCertificates,
} from "./certificates.ts";
import { closedOrigin, serve, serveSocket, serveTls } from "./peer.ts";
import { type ProxyOptions, startProxy } from "./proxy.ts";
import { startTlsFront } from "./tls_front.ts";

function routeTo(origin: string, options: Partial<Route> = {}): Route {
  const { hostname, port } = new URL(origin);
  const { signal } = new AbortController();
  return {
    hostname,
    port: Number(port) || 443,
    proxy: null,
    signal,
    ...options,
  };
}

const LEAF = {
  subject: "CN=localhost",
  issuer: `CN=${CA_NAME}`,
  names: ["localhost", "127.0.0.1", "flyte.test", "login.test"],
  validFrom: Date.UTC(2020),
  validTo: Date.UTC(2120),
};

/** Certificates, and what is to be said of them. */
const CERTIFICATES: readonly (readonly [CertificateOptions, Certificate])[] = [
  [{}, LEAF],
  [{ flaw: "expired" }, { ...LEAF, validTo: Date.UTC(2021) }],
  [{ flaw: "not_yet_valid" }, { ...LEAF, validFrom: Date.UTC(2110) }],
  [{ flaw: "self_signed" }, { ...LEAF, issuer: "CN=localhost" }],
  [{ flaw: "ca_itself" }, { ...LEAF, issuer: "CN=localhost" }],
  [
    { names: ["other.test", "10.0.0.1"] },
    { ...LEAF, subject: "CN=other.test", names: ["other.test", "10.0.0.1"] },
  ],
];

for (const [options, expected] of CERTIFICATES) {
  const what = JSON.stringify(options);
  Deno.test(`probeCertificate() describes a certificate with ${what}`, async () => {
    const certificates = await makeCertificates(options);
    await using peer = await serveTls(certificates, () => {});
    const found = await probeCertificate(routeTo(peer.origin));
    assertEquals(found, { kind: "tls", chain: [expected] });
  });
}

Deno.test("probeCertificate() describes a chain as it was sent, its own first", async () => {
  const { ca, cert, key } = await makeCertificates();
  const chain = { ca, cert: `${cert}${ca}`, key };
  await using peer = await serveTls(chain, () => {});
  const found = await probeCertificate(routeTo(peer.origin));
  const root = { ...LEAF, subject: `CN=${CA_NAME}`, names: [] };
  assertEquals(found, { kind: "tls", chain: [LEAF, root] });
});

Deno.test("probeCertificate() completes a handshake and sends no data", async () => {
  await using behind = await serve(() => {});
  await using front = await startTlsFront(
    await makeCertificates(),
    () => behind.origin,
  );
  await probeCertificate(routeTo(front.origin));
  await front.idle();
  assertEquals(front.received, [0]);
});

Deno.test("probeCertificate() gives nothing for plain http, garbage and silence that ends", async () => {
  await using http = await serve((_request, response) => {
    response.end();
  });
  await using garbage = await serveSocket((socket) => socket.end("SSH-2.0\n"));
  await using rude = await serveSocket((socket) => socket.destroy());
  for (const { origin } of [http, garbage, rude]) {
    assertEquals(await probeCertificate(routeTo(origin)), null);
  }
});

Deno.test("probeCertificate() rejects where nothing listens", async () => {
  const route = routeTo(await closedOrigin());
  await assertRejects(() => probeCertificate(route), Error);
});

Deno.test("probeCertificate() lets go of a peer that is silent when its time is over", async () => {
  const came = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await using peer = await serveSocket((socket) => {
    socket.on("close", () => gone.resolve());
    came.resolve();
  });
  const over = new AbortController();
  const { signal } = over;
  const probe = probeCertificate(routeTo(peer.origin, { signal }));
  await came.promise;
  over.abort(new Error("Time is over"));
  assertStrictEquals(await probe.catch((error) => error), signal.reason);
  await gone.promise;
});

Deno.test("probeCertificate() opens nothing when its time is over before", async () => {
  const signal = AbortSignal.abort(new Error("Time is over"));
  const probe = probeCertificate(routeTo("https://127.0.0.1:1", { signal }));
  assertStrictEquals(await probe.catch((error) => error), signal.reason);
});

Deno.test("probeCertificate() looks through the proxy, with its credentials", async () => {
  await using behind = await serve(() => {});
  await using front = await startTlsFront(
    await makeCertificates(),
    () => behind.origin,
  );
  const credentials = "ada:pass word/é%";
  const hosts = { "flyte.test:8443": front.port };
  await using proxy = await startProxy({ hosts, credentials });
  const userInfo = credentials.split(":").map(encodeURIComponent).join(":");
  const found = await probeCertificate(routeTo("https://flyte.test:8443", {
    proxy: `http://${userInfo}@${proxy.host}`,
  }));
  assertEquals(found?.kind === "tls" && found.chain[0], LEAF);
  assertEquals(proxy.seen, [
    { method: "CONNECT", target: "flyte.test:8443", credentials },
  ]);
  await front.idle();
  assertEquals(front.received, [0]);
});

const REFUSALS: readonly (readonly [ProxyOptions["refusal"], number | null])[] =
  [[403, 403], [407, 407], [502, 502], ["garbage", null], ["hang_up", null]];

for (const [refusal, status] of REFUSALS) {
  Deno.test(`probeCertificate() passes on that a proxy answers ${refusal}`, async () => {
    await using proxy = await startProxy({
      hosts: {},
      ...(refusal !== undefined && { refusal }),
    });
    const route = routeTo("https://flyte.test", { proxy: proxy.origin });
    const found = await probeCertificate(route);
    assertEquals(found, { kind: "no_tunnel", status });
    assertEquals(proxy.seen.length, 1);
  });
}

Deno.test("probeCertificate() does not wait for a proxy that is silent", async () => {
  await using proxy = await startProxy({ hosts: {}, refusal: "silence" });
  const over = new AbortController();
  const { signal } = over;
  const probe = probeCertificate(
    routeTo("https://flyte.test", { proxy: proxy.origin, signal }),
  );
  const waited = probe.catch((error) => error);
  over.abort(new Error("Time is over"));
  assertStrictEquals(await waited, signal.reason);
});
