/** Answers of issuers that leave out what they may, or are no JSON. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { freePort } from "../free_port.ts";
import { approve, openTestBed } from "../harness.ts";

Deno.test("a token without expires_in logs a person in", async () => {
  await using bed = await openTestBed();
  bed.sandbox.issuer?.faults.next(
    "token",
    { kind: "omit", fields: ["expires_in"] },
    { grant: "device_code" },
  );
  await bed.logIn();
  assertEquals(bed.sandbox.issuer?.faults.pending, 0);
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

for (const field of ["interval", "verification_uri_complete"]) {
  Deno.test(`a device login needs no ${field}`, async () => {
    await using bed = await openTestBed();
    bed.sandbox.issuer?.faults.next("device_authorization", {
      kind: "omit",
      fields: [field],
    });
    const { data } = await bed.call("whoami");
    assertEquals(data.status, "login_required");
    assertEquals(data.verification_uri, `${bed.sandbox.issuer?.url}/device`);
    assertEquals(data.user_code.length > 0, true);
  });
}

const NO_DEVICE_ENDPOINT = {
  kind: "omit",
  fields: ["device_authorization_endpoint"],
} as const;

Deno.test("DeviceFlow where Flyte publishes no device endpoint says so", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  bed.sandbox.issuer?.faults.next("discovery", NO_DEVICE_ENDPOINT);
  const { data, text } = await bed.call("whoami");
  assertEquals(data.error.code, "grant_not_allowed");
  assertStringIncludes(text, "no device endpoint is published");
});

Deno.test("unconfigured, a Flyte that publishes no device endpoint leads to the browser", async () => {
  const redirectUri = `http://127.0.0.1:${freePort()}/callback`;
  await using bed = await openTestBed({ sandbox: { client: { redirectUri } } });
  bed.sandbox.issuer?.faults.next("discovery", NO_DEVICE_ENDPOINT);
  const { data } = await bed.call("whoami");
  assertEquals([data.status, data.method], ["login_required", "browser"]);
});

const PAGE = {
  kind: "not_json",
  status: 400,
  body: "<h1>Bad Request</h1>",
  contentType: "text/html",
} as const;

Deno.test("a page in place of a device code is an answer that names its status", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  bed.sandbox.issuer?.faults.next("device_authorization", PAGE);
  const { data, text } = await bed.call("whoami");
  assertEquals(data.error.code, "grant_not_allowed");
  assertStringIncludes(text, "http_400");
});

Deno.test("a page in place of a token is an answer that names its status", async () => {
  await using bed = await openTestBed();
  const asked = await bed.call("whoami");
  bed.sandbox.issuer?.faults.next("token", PAGE);
  await approve(asked).catch(() => {});
  const { data, text } = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(data.status, "error");
  assertEquals(data.error.code, "grant_not_allowed");
  assertStringIncludes(text, "http_400");
});
