import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import { createFetch } from "../../src/http/fetch.ts";
import { NetworkError } from "../../src/http/network_error.ts";
import { makeCertificates } from "./certificates.ts";
import { closedOrigin, serve, serveSocket, serveTls } from "./peer.ts";

/** What a call fails with, body included. */
async function failureOf(url: string, caCert: string | null = null) {
  using fetch = createFetch({ caCert });
  const error = await assertRejects(async () => {
    const response = await fetch(url, {});
    await response.text();
  }, NetworkError);
  assertEquals(error.host, new URL(url).host);
  assertInstanceOf(error.cause, Error);
  return error.failure;
}

Deno.test("createFetch() opens nothing before the first call", () => {
  using fetch = createFetch({ caCert: "no certificate at all" });
  assertEquals(typeof fetch, "function");
});

Deno.test("createFetch() gives status, headers and body as they came", async () => {
  await using peer = await serve((request, response) => {
    response.writeHead(418, { "x-method": request.method, "x-a": ["1", "2"] });
    request.pipe(response);
  });
  using fetch = createFetch({ caCert: null });
  const response = await fetch(peer.origin, { method: "POST", body: "flyte" });
  assertEquals(response.status, 418);
  assertEquals(response.headers.get("x-method"), "POST");
  assertEquals(response.headers.get("x-a"), "1, 2");
  assertEquals(await response.text(), "flyte");
});

Deno.test.each([[204], [205], [304]])(
  "createFetch() gives a %d, which has no body",
  async (status) => {
    await using peer = await serve((_request, response) => {
      response.writeHead(status).end();
    });
    using fetch = createFetch({ caCert: null });
    const response = await fetch(peer.origin, {});
    assertEquals([response.status, await response.text()], [status, ""]);
  },
);

Deno.test("createFetch() undoes compression", async () => {
  await using peer = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(gzipSync("flyte"));
  });
  using fetch = createFetch({ caCert: null });
  const response = await fetch(peer.origin, {});
  assertEquals(await response.text(), "flyte");
});

Deno.test.each([[301], [302], [303], [307], [308]])(
  "createFetch() does not follow a %d, even when told to",
  async (status) => {
    const asked: (string | undefined)[] = [];
    await using peer = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    using fetch = createFetch({ caCert: null });
    const response = await fetch(`${peer.origin}/here`, { redirect: "follow" });
    assertEquals(response.status, status);
    assertEquals(response.headers.get("location"), "/elsewhere");
    assertEquals(await response.text(), "");
    assertEquals(asked, ["/here"]);
  },
);

Deno.test("createFetch() names a host that does not resolve", async () => {
  // A label of 64 characters fails in the resolver, without a network.
  assertEquals(await failureOf(`http://${"x".repeat(64)}.invalid/`), "dns");
});

Deno.test.each([["/"], ["/tls/ssl/certificate/handshake"], ["/dns%20error"]])(
  "createFetch() names a refused connection, whatever %s says",
  async (path) => {
    assertEquals(await failureOf(`${await closedOrigin()}${path}`), "refused");
  },
);

Deno.test.each([["/"], ["/certificate"]])(
  "createFetch() names a connection dropped before the answer to %s",
  async (path) => {
    await using peer = await serveSocket((socket) => socket.destroy());
    assertEquals(await failureOf(`${peer.origin}${path}`), "dropped");
  },
);

Deno.test("createFetch() names an answer that is not HTTP", async () => {
  await using peer = await serveSocket((socket) => socket.end("SSH-2.0-x\r\n"));
  assertEquals(await failureOf(peer.origin), "dropped");
});

Deno.test.each([
  ["content-length: 100\r\n\r\nhalf"],
  ["transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
])("createFetch() names a body that breaks off: %j", async (rest) => {
  await using peer = await serveSocket((socket) =>
    socket.end(`HTTP/1.1 200 OK\r\n${rest}`)
  );
  assertEquals(await failureOf(peer.origin), "dropped");
});

Deno.test("createFetch() names an untrusted certificate", async () => {
  const certificates = await makeCertificates();
  await using peer = await serveTls(certificates, (_request, response) => {
    response.end();
  });
  assertEquals(await failureOf(peer.origin), "tls");
  const { ca } = await makeCertificates();
  assertEquals(await failureOf(peer.origin, ca), "tls");
});

Deno.test("createFetch() trusts a private CA beside the system's", async () => {
  const certificates = await makeCertificates();
  await using peer = await serveTls(certificates, (_request, response) => {
    response.end("flyte");
  });
  using fetch = createFetch({ caCert: certificates.ca });
  const response = await fetch(peer.origin, {});
  assertEquals(await response.text(), "flyte");
});

Deno.test("createFetch() trusts a certificate that is signed by itself, when told", async () => {
  const certificates = await makeCertificates({ flaw: "self_signed" });
  await using peer = await serveTls(certificates, (_request, response) => {
    response.end("flyte");
  });
  using fetch = createFetch({ caCert: certificates.ca });
  const response = await fetch(peer.origin, {});
  assertEquals(await response.text(), "flyte");
});

Deno.test("createFetch() names a peer that does not speak TLS", async () => {
  await using peer = await serve((_request, response) => {
    response.end();
  });
  assertEquals(await failureOf(peer.origin.replace("http", "https")), "tls");
});

Deno.test(
  "createFetch() names a host that Deno does not permit",
  { permissions: { net: ["127.0.0.1:9999"] } },
  async () => {
    assertEquals(await failureOf("http://127.0.0.1:9998/"), "not_permitted");
  },
);

Deno.test.each([
  { what: "without a reason", reason: undefined },
  { what: "with an error of the caller", reason: new Error("Call is over") },
  { what: "with a text", reason: "over" },
])("createFetch() leaves an abort $what as it is", async ({ reason }) => {
  const arrived = Promise.withResolvers<void>();
  await using peer = await serve((request, response) => {
    if (request.url === "/headers") response.writeHead(200).write("half");
    arrived.resolve();
  });
  using fetch = createFetch({ caCert: null });
  for (const path of ["/before", "/waiting", "/headers"]) {
    const controller = new AbortController();
    const { signal } = controller;
    if (path === "/before") controller.abort(reason);
    const call = fetch(`${peer.origin}${path}`, { signal })
      .then((response) => response.text());
    if (path === "/waiting") await arrived.promise;
    controller.abort(reason);
    const thrown = await call.then(() => "nothing", (error) => error);
    assertStrictEquals(thrown, signal.reason, path);
  }
});

Deno.test("createFetch() lets go of the connection of a body nobody reads", async () => {
  const closed = Promise.withResolvers<void>();
  await using peer = await serve((_request, response) => {
    response.on("close", closed.resolve);
    response.writeHead(200).write("half");
  });
  using fetch = createFetch({ caCert: null });
  const response = await fetch(peer.origin, {});
  await response.body?.cancel();
  await closed.promise;
});

Deno.test("createFetch() sends what must go once on a connection of its own", async () => {
  let asked = 0;
  await using peer = await serve((request, response) => {
    asked += 1;
    if (asked === 1) response.end("first");
    else request.socket.destroy();
  });
  using fetch = createFetch({ caCert: null });
  const init = { method: "POST", body: "code=spent", once: true };
  assertEquals(await (await fetch(peer.origin, init)).text(), "first");
  const error = await assertRejects(
    () => fetch(peer.origin, init),
    NetworkError,
  );
  assertEquals(error.failure, "dropped");
  assertEquals(asked, 2);
});

Deno.test("createFetch() names a CA that is no certificate", async () => {
  const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assertEquals(await failureOf("https://127.0.0.1:9443/", pem), "ca_invalid");
});

Deno.test("createFetch() keeps the address out of what it says", async () => {
  using fetch = createFetch({ caCert: null });
  const url = `${await closedOrigin()}/signed?signature=made-up`;
  const error = await assertRejects(() => fetch(url, {}), NetworkError);
  assertEquals(/made-up|signed/.test(error.message), false);
});
