import { assertEquals, assertRejects } from "@std/assert";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode, claimsOf, logIn } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("startIssuer() refuses the device grant to a client without it", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { status, body } = await askForCode(issuer, {
    client_id: "flyte-browser",
  });
  assertEquals(status, 400);
  assertEquals(body["error"], "unauthorized_client");
});

Deno.test("startIssuer() refuses a client it does not know", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { status, body } = await askForCode(issuer, { client_id: "nobody" });
  assertEquals(status, 401);
  assertEquals(body["error"], "invalid_client");
});

Deno.test("startIssuer() takes a client of one's own", async () => {
  const clientId = "my-client";
  const clients = [{
    clientId,
    clientName: "Mine",
    grants: ["device_code" as const],
  }];
  await using issuer = await startIssuer({ signingKey, clients });
  const form = { client_id: clientId };
  assertEquals((await askForCode(issuer, form)).status, 200);
});

Deno.test("startIssuer() takes audience for resource", async () => {
  const otherAudiences = ["https://other.sandbox"];
  await using issuer = await startIssuer({ signingKey, otherAudiences });
  const tokens = await logIn(issuer, {
    form: { audience: "https://other.sandbox" },
  });
  assertEquals(
    claimsOf(tokens["access_token"])["aud"],
    "https://other.sandbox",
  );
});

Deno.test("startIssuer() refuses an unknown audience", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { status, body } = await askForCode(issuer, {
    audience: "https://elsewhere.example",
  });
  assertEquals(status, 400);
  assertEquals(body["error"], "invalid_target");
});

Deno.test("startIssuer() takes the empty scope and audience Flyte sends", async () => {
  await using issuer = await startIssuer({ signingKey });
  const form = { scope: "", audience: "", resource: "" };
  const { access_token } = await logIn(issuer, { form });
  const { scope, aud } = claimsOf(access_token);
  assertEquals({ scope, aud }, { scope: "all", aud: "https://flyte.sandbox" });
});

Deno.test("startIssuer() rejects an audience that is no URI", async () => {
  await assertRejects(
    () => startIssuer({ signingKey, audience: "flyte" }),
    TypeError,
    'audience "flyte"',
  );
});
