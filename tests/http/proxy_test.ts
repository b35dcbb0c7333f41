import { assertEquals, assertRejects } from "@std/assert";
import { NO_PROXIES, type Proxies } from "../../src/config/proxy.ts";
import { Secret } from "../../src/config/secret.ts";
import { probeCertificate } from "../../src/http/certificate_probe.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { NetworkError } from "../../src/http/network_error.ts";
import { makeCertificates } from "./certificates.ts";
import { closedOrigin, serve, serveTls } from "./peer.ts";
import { type ProxyOptions, startProxy } from "./proxy.ts";

const certificates = await makeCertificates();

function proxiesOf(address: string): Proxies {
  const { host, username } = new URL(address);
  const url = new Secret(address);
  const value = { host, url, hasCredentials: username !== "" };
  return { ...NO_PROXIES, configured: { value, source: "FLYTE_TEST_PROXY" } };
}

/** Calls through a proxy. */
async function through(
  address: string,
  url: string,
  init: RequestInit = {},
): Promise<string> {
  using fetch = createFetch({
    caCert: certificates.ca,
    proxies: proxiesOf(address),
    probe: probeCertificate,
  });
  const response = await fetch(url, init);
  return await response.text();
}

Deno.test("createFetch() calls https through the proxy's tunnel", async () => {
  await using peer = await serveTls(certificates, (request, response) => {
    request.pipe(response);
  });
  const hosts = { "flyte.test:443": Number(new URL(peer.origin).port) };
  await using proxy = await startProxy({ hosts });
  const init = { method: "POST", body: "flyte" };
  const text = await through(proxy.origin, "https://flyte.test/x", init);
  assertEquals(text, "flyte");
  assertEquals(proxy.seen, [
    { method: "CONNECT", target: "flyte.test:443", credentials: null },
  ]);
});

Deno.test("createFetch() calls plain http by handing the proxy the whole URL", async () => {
  await using peer = await serve((request, response) => {
    response.end(`${request.headers.host}${request.url}`);
  });
  const hosts = { "flyte.test": Number(new URL(peer.origin).port) };
  await using proxy = await startProxy({ hosts });
  const text = await through(proxy.origin, "http://flyte.test/x?y=1");
  assertEquals(text, "flyte.test/x?y=1");
  assertEquals(proxy.seen.map(({ target }) => target), [
    "http://flyte.test/x?y=1",
  ]);
});

Deno.test("createFetch() gives the proxy the credentials of its URL, decoded", async () => {
  const credentials = "ada@acme:p:ss word/é%";
  await using secure = await serveTls(certificates, (_request, response) => {
    response.end("secure");
  });
  await using plain = await serve((_request, response) => {
    response.end("plain");
  });
  const hosts = {
    "flyte.test:443": Number(new URL(secure.origin).port),
    "flyte.test": Number(new URL(plain.origin).port),
  };
  const user = encodeURIComponent("ada@acme");
  const password = encodeURIComponent("p:ss word/é%");
  await using proxy = await startProxy({ hosts, credentials });
  const url = `http://${user}:${password}@${proxy.host}`;
  assertEquals(await through(url, "https://flyte.test"), "secure");
  assertEquals(await through(url, "http://flyte.test"), "plain");
  assertEquals(proxy.seen.map((one) => one.credentials), [
    credentials,
    credentials,
  ]);
});

/** What proxies refuse with, and the status that is found out. */
const REFUSALS: readonly (readonly [
  NonNullable<ProxyOptions["refusal"]>,
  number | null,
])[] = [
  [407, 407],
  [403, 403],
  [502, 502],
  [503, 503],
  ["garbage", null],
  ["hang_up", null],
];

for (const [refusal, status] of REFUSALS) {
  Deno.test(`createFetch() names the proxy that refuses a tunnel: ${refusal}`, async () => {
    await using proxy = await startProxy({ hosts: {}, refusal });
    const url = `http://ada:made-up-password@${proxy.host}`;
    const error = await assertRejects(
      () => through(url, "https://flyte.test"),
      NetworkError,
    );
    assertEquals(error.failure, "proxy");
    assertEquals(error.host, "flyte.test");
    assertEquals(error.probed, { kind: "no_tunnel", status });
    assertEquals(error.proxy?.value.host, proxy.host);
    assertEquals(error.proxy?.source, "FLYTE_TEST_PROXY");
    const told = `${Deno.inspect(error)}${JSON.stringify(error)}`;
    assertEquals(told.includes("made-up-password"), false);
  });
}

Deno.test("createFetch() reads 407 of plain http as the proxy's", async () => {
  await using proxy = await startProxy({ hosts: {}, refusal: 407 });
  const error = await assertRejects(
    () => through(proxy.origin, "http://flyte.test"),
    NetworkError,
  );
  assertEquals(error.failure, "proxy");
  assertEquals(error.probed, { kind: "no_tunnel", status: 407 });
});

Deno.test("createFetch() leaves 407 to its caller where no proxy is set", async () => {
  await using peer = await serve((_request, response) => {
    response.writeHead(407).end();
  });
  using fetch = createFetch({ caCert: null });
  const response = await fetch(peer.origin, {});
  assertEquals([response.status, await response.text()], [407, ""]);
});

for (const scheme of ["http", "https"]) {
  Deno.test(`createFetch() names a dead proxy before ${scheme}`, async () => {
    const origin = await closedOrigin();
    const error = await assertRejects(
      () => through(origin, `${scheme}://flyte.test`),
      NetworkError,
    );
    assertEquals(error.failure, "refused");
    assertEquals(error.proxy?.value.host, new URL(origin).host);
  });
}

Deno.test("createFetch() names a proxy that does not resolve", async () => {
  const host = `${"x".repeat(64)}.invalid:3128`;
  const error = await assertRejects(
    () => through(`http://${host}`, "https://flyte.test"),
    NetworkError,
  );
  assertEquals(error.failure, "dns");
  assertEquals(error.proxy?.value.host, host);
});

Deno.test("createFetch() finds an untrusted certificate behind the proxy", async () => {
  await using peer = await serveTls(await makeCertificates(), () => {});
  const hosts = { "flyte.test:443": Number(new URL(peer.origin).port) };
  await using proxy = await startProxy({ hosts });
  const error = await assertRejects(
    () => through(proxy.origin, "https://flyte.test"),
    NetworkError,
  );
  assertEquals([error.failure, error.probed?.kind], ["tls", "tls"]);
  assertEquals(proxy.seen.length, 2);
});

Deno.test(
  "createFetch() names the proxy that Deno does not permit",
  { permissions: { net: ["flyte.test:443"] } },
  async () => {
    const error = await assertRejects(
      () => through("http://127.0.0.1:3128", "https://flyte.test"),
      NetworkError,
    );
    assertEquals(error.failure, "not_permitted");
    assertEquals(error.message.includes('"127.0.0.1:3128"'), true);
  },
);
