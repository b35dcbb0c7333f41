/**
 * Proxies that do not let a server through, for servers as hosts start them.
 * The SDK's transport keeps a kill timer running after close(), so this file's
 * sanitizers are off.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CA_NAME } from "../http/certificates.ts";
import { closedOrigin } from "../http/peer.ts";
import { FLYTE, openProxyBed, targetsOf } from "./proxy_bed.ts";
import { spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** What a proxy does instead, and what is answered. */
const REFUSALS = [
  [407, "credentials_required", "refuses the user name and password"],
  [403, "endpoint_unreachable", "opens no connection to flyte.test (HTTP 403)"],
  [502, "endpoint_unreachable", "cannot reach flyte.test (HTTP 502)"],
  ["garbage", "endpoint_unreachable", "opens no connection to flyte.test"],
  ["hang_up", "endpoint_unreachable", "opens no connection to flyte.test"],
] as const;

for (const [refusal, code, words] of REFUSALS) {
  Deno.test(`HTTPS_PROXY that answers ${refusal} is ${code}, without its password`, async () => {
    await using bed = await openProxyBed({ refusal });
    const url = `http://ada:made-up-password@${bed.proxy.host}`;
    await using server = await spawnServer({
      env: { ...bed.env, HTTPS_PROXY: url },
    });
    const { data, text } = await server.call("whoami");
    assertEquals(data.error.code, code, text);
    const proxy = `The proxy ${bed.proxy.host} (from HTTPS_PROXY)`;
    assertStringIncludes(text, `${proxy} ${words}`);
    assertEquals(`${text}${server.stderr()}`.includes("made-up"), false);
  });
}

Deno.test("HTTPS_PROXY that is dead is named, without its password", async () => {
  await using bed = await openProxyBed();
  const { host } = new URL(await closedOrigin());
  const url = `http://ada:made-up-password@${host}`;
  await using server = await spawnServer({
    env: { ...bed.env, HTTPS_PROXY: url },
  });
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "endpoint_unreachable");
  assertStringIncludes(
    text,
    `Nothing answers at the proxy ${host} (from HTTPS_PROXY), through which flyte.test is called.`,
  );
  assertEquals(`${text}${server.stderr()}`.includes("made-up"), false);
});

Deno.test("a certificate that is not trusted is looked at through HTTPS_PROXY", async () => {
  await using bed = await openProxyBed();
  const { FLYTE_CA_CERT: _, ...env } = bed.env;
  await using server = await spawnServer({
    env: { ...env, HTTPS_PROXY: bed.proxy.origin },
  });
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "tls_untrusted");
  assertStringIncludes(
    text,
    `"CN=localhost" of flyte.test (from FLYTE_ENDPOINT) through the proxy ${bed.proxy.host} (from HTTPS_PROXY), issued by "CN=${CA_NAME}"`,
  );
  assertEquals(targetsOf(bed.proxy), [FLYTE]);
});
