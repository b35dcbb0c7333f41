import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { startSandbox } from "../../sandbox/mod.ts";
import { makeCertificates } from "../http/certificates.ts";
import { closedOrigin, serve, serveTls } from "../http/peer.ts";
import { startProxy } from "../http/proxy.ts";
import { CA_FILE, openTlsBed } from "../http/tls_bed.ts";
import { diagnosed } from "./bed.ts";

Deno.test("the check of DNS fails for a host that nobody knows", async () => {
  const { check } = await diagnosed({
    // Nobody is asked: the name and its answer are made up.
    env: { FLYTE_ENDPOINT: "http://flyte.localhost:9" },
    resolveHost: () =>
      Promise.reject(Object.assign(new Error("No"), { code: "ENOTFOUND" })),
  });
  assertEquals(check("dns").status, "fail");
  assertStringIncludes(check("dns").message, `"flyte.localhost" (ENOTFOUND)`);
});

Deno.test("the check of DNS shows the addresses of a host", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: "http://flyte.localhost:9" },
    resolveHost: () => Promise.resolve(["192.0.2.7", "192.0.2.8"]),
  });
  assertEquals(check("dns").status, "ok");
  assertStringIncludes(check("dns").message, "192.0.2.7, 192.0.2.8");
});

Deno.test("the check of DNS is skipped when Deno's permissions forbid it", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: "http://flyte.localhost:9" },
    resolveHost: () =>
      Promise.reject(Object.assign(new Error("No"), { code: "EPERM" })),
  });
  assertEquals(check("dns").status, "skipped");
});

Deno.test("the check of TCP fails for a port that refuses", async () => {
  const endpoint = await closedOrigin();
  const { check, for_admin } = await diagnosed({
    env: { FLYTE_ENDPOINT: endpoint },
  });
  assertEquals(check("tcp").status, "fail");
  assertStringIncludes(check("tcp").message, "ECONNREFUSED");
  assertStringIncludes(for_admin, new URL(endpoint).host);
  assertStringIncludes(for_admin, "tcp (no connection)");
});

Deno.test("the check of TLS names the certificate of a private CA", async () => {
  const certificates = await makeCertificates();
  await using peer = await serveTls(certificates, (_, response) => {
    response.end();
  });
  const { check } = await diagnosed({ env: { FLYTE_ENDPOINT: peer.origin } });
  const { status, message, next_step: next } = check("tls");
  assertEquals(status, "fail");
  assertMatch(message, /certificate "CN=localhost".*issued by "CN=Test CA/);
  assertStringIncludes(next ?? "", "FLYTE_CA_CERT");
});

Deno.test("the check of TLS tells until when a trusted certificate is valid", async () => {
  await using bed = await openTlsBed({ auth: "open" });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: bed.flyte.origin, FLYTE_CA_CERT: CA_FILE },
    files: { [CA_FILE]: bed.certificates.ca },
  });
  const { status, message } = check("tls");
  assertEquals(status, "ok", message);
  assertStringIncludes(message, "valid until 2120-01-01");
});

Deno.test("the check of TLS finds a peer that speaks none", async () => {
  await using peer = await serve((_, response) => void response.end());
  const endpoint = peer.origin.replace("http:", "https:");
  const { check } = await diagnosed({ env: { FLYTE_ENDPOINT: endpoint } });
  assertEquals(check("tls").status, "fail");
  assertStringIncludes(check("tls").message, "does not speak TLS");
});

for (
  const [name, refusal, said] of [
    ["refuses", 403, "opens no connection"],
    ["wants a password", 407, "HTTP 407"],
  ] as const
) {
  Deno.test(`the check of the proxy fails when it ${name}, and shows no password`, async () => {
    await using proxy = await startProxy({ hosts: {}, refusal });
    const url = proxy.origin.replace("//", "//ada:made-up-password@");
    const diagnosis = await diagnosed({
      env: {
        FLYTE_ENDPOINT: "https://flyte.test",
        FLYTE_MCP_HTTP_PROXY_URL: url,
      },
    });
    const { status, message } = diagnosis.check("proxy");
    assertEquals(status, "fail");
    assertStringIncludes(message, said);
    assertEquals(diagnosis.check("tcp").status, "ok");
    assertNotMatch(JSON.stringify(diagnosis), /made-up-password/);
  });
}

Deno.test("the check of the proxy fails when nothing answers there", async () => {
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: "https://flyte.test",
      FLYTE_MCP_HTTP_PROXY_URL: await closedOrigin(),
    },
  });
  assertEquals(check("proxy").status, "fail");
  assertStringIncludes(check("proxy").message, "Nothing answers at the proxy");
  assertEquals(check("tcp").status, "fail");
});

Deno.test("the check of the proxy names the one that is used", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  const { port } = new URL(sandbox.endpoint);
  await using proxy = await startProxy({
    hosts: { "flyte.test:80": Number(port) },
  });
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: "http://flyte.test",
      FLYTE_MCP_HTTP_PROXY_URL: proxy.origin,
    },
  });
  assertEquals(check("proxy").status, "ok");
  assertStringIncludes(
    check("proxy").message,
    `through ${proxy.host} (FLYTE_MCP_HTTP_PROXY_URL)`,
  );
  assertEquals(check("tls").status, "warn");
});

for (
  const [name, shift, status] of [
    ["agrees", 0, "ok"],
    ["differs by half a minute", 30, "ok"],
    ["is two minutes behind", 120, "warn"],
    ["is two minutes ahead", -120, "warn"],
  ] as const
) {
  Deno.test(`the check of the clock gives "${status}" when this machine's ${name}`, async () => {
    await using peer = await serve((_, response) => {
      const date = new Date(Date.now() + shift * 1000).toUTCString();
      response.writeHead(404, { date }).end();
    });
    const { check } = await diagnosed({ env: { FLYTE_ENDPOINT: peer.origin } });
    assertEquals(check("clock").status, status);
    if (status === "warn") {
      assertMatch(
        check("clock").message,
        shift > 0 ? /1[12]\d s behind/ : /1[12]\d s ahead of/,
      );
    }
  });
}

Deno.test("the check of the clock is skipped for an answer without a date", async () => {
  await using peer = await serve((_, response) => {
    response.sendDate = false;
    response.writeHead(404).end();
  });
  const { check } = await diagnosed({ env: { FLYTE_ENDPOINT: peer.origin } });
  assertEquals(check("clock").status, "skipped");
});
