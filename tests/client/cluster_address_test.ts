/** Where a cluster's address may lead. */
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { clusterAddress } from "../../src/client/clusters/cluster_address.ts";
import { ToolError } from "../../src/errors.ts";

const TRUSTED = ["dp.example.com", "dp.example.com:8443", "10.0.0.7"];

/** The control plane, and addresses that mean itself. */
const OWN = [
  ["https://flyte.example.com", ""],
  ["https://flyte.example.com", "  "],
  ["https://flyte.example.com", "https://flyte.example.com"],
  ["https://flyte.example.com", "https://flyte.example.com/"],
  ["https://flyte.example.com", "https://flyte.example.com:443"],
  ["https://flyte.example.com", "http://flyte.example.com"],
  ["https://flyte.example.com", "http://flyte.example.com:443"],
  ["https://flyte.example.com", "http://FLYTE.example.com"],
  ["https://flyte.example.com", "flyte.example.com"],
  ["https://flyte.example.com", "flyte.example.com:443"],
  ["https://flyte.example.com", "dns:///flyte.example.com"],
  ["https://flyte.example.com/flyte", "https://flyte.example.com"],
  ["https://flyte.example.com:8443", "http://flyte.example.com:8443"],
  ["http://127.0.0.1:8090", "http://127.0.0.1:8090"],
  ["http://127.0.0.1:8090", "https://127.0.0.1:8090"],
  ["http://flyte.local", "http://flyte.local:80"],
  ["http://[::1]:8090", "http://[::1]:8090"],
] as const;

for (const [endpoint, address] of OWN) {
  Deno.test(`clusterAddress() takes "${address}" for the control plane ${endpoint}`, () => {
    assertEquals(clusterAddress(address, { endpoint, trusted: [] }), null);
  });
}

for (
  const [address, url] of [
    ["https://dp.example.com", "https://dp.example.com"],
    ["https://dp.example.com:443/", "https://dp.example.com"],
    ["dns:///dp.example.com", "https://dp.example.com"],
    ["DP.example.com", "https://dp.example.com"],
    ["dp.example.com:8443", "https://dp.example.com:8443"],
    ["https://dp.example.com/flyte", "https://dp.example.com/flyte"],
    ["https://10.0.0.7", "https://10.0.0.7"],
  ] as const
) {
  Deno.test(`clusterAddress() follows "${address}" to a trusted host`, () => {
    const endpoint = "https://flyte.example.com";
    assertEquals(clusterAddress(address, { endpoint, trusted: TRUSTED }), url);
  });
}

/** Addresses that are not called, and why. */
const REFUSED = [
  ["https://evil.example", "not_configured"],
  ["https://dp.example.com:9443", "not_configured"],
  ["https://dp.example.com.evil.example", "not_configured"],
  ["https://xdp.example.com", "not_configured"],
  ["https://flyte.example.com:8443", "not_configured"],
  ["http://dp.example.com", "tls_untrusted"],
  ["http://dp.example.com:8443", "tls_untrusted"],
  ["http://flyte.example.com:8090", "tls_untrusted"],
  ["http://evil.example", "tls_untrusted"],
  ["https://dp.example.com@evil.example", "not_flyte_endpoint"],
  ["https://user:password@dp.example.com", "not_flyte_endpoint"],
  ["https://evil.example#dp.example.com", "not_flyte_endpoint"],
  ["https://evil.example?dp.example.com", "not_flyte_endpoint"],
  ["file:///etc/passwd", "not_flyte_endpoint"],
  ["javascript:alert(1)", "not_flyte_endpoint"],
  ["https://", "not_flyte_endpoint"],
  ["no host at all", "not_flyte_endpoint"],
] as const;

for (const [address, code] of REFUSED) {
  Deno.test(`clusterAddress() refuses "${address}" as ${code}`, () => {
    const endpoint = "https://flyte.example.com";
    const error = assertThrows(() =>
      clusterAddress(address, { endpoint, trusted: TRUSTED })
    );
    assertInstanceOf(error, ToolError);
    assertEquals(error.code, code);
  });
}
