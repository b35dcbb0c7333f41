import { assert, assertEquals } from "@std/assert";
import { CI_CLIENT, CI_POST_CLIENT } from "../../../sandbox/issuer/clients.ts";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { basic, claimsOf, post } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("startIssuer() grants client credentials to Basic", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { clientId, secret = "" } = CI_CLIENT;
  const { status, body } = await post(issuer, "/token", {
    form: { grant_type: "client_credentials", scope: "" },
    headers: basic(clientId, secret),
  });
  assertEquals(status, 200);
  const { sub, aud, scope } = claimsOf(body["access_token"]);
  assertEquals({ sub, aud, scope }, {
    sub: "flyte-ci",
    aud: "https://flyte.sandbox",
    scope: "all",
  });
  assertEquals("refresh_token" in body, false);
  assertEquals(
    issuer.requests.at(-1)?.clientAuthentication,
    "client_secret_basic",
  );
  assertEquals(issuer.requests.at(-1)?.clientId, "flyte-ci");
  assert(issuer.secrets.has(secret));
});

Deno.test("startIssuer() grants client credentials to a form", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { clientId, secret = "" } = CI_POST_CLIENT;
  const { status, body } = await post(issuer, "/token", {
    form: {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: secret,
      audience: "https://flyte.sandbox",
    },
  });
  assertEquals(status, 200);
  assertEquals(claimsOf(body["access_token"])["sub"], clientId);
  assertEquals(
    issuer.requests.at(-1)?.clientAuthentication,
    "client_secret_post",
  );
});

Deno.test("startIssuer() refuses a secret sent in the wrong way", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { clientId, secret = "" } = CI_POST_CLIENT;
  const { status, body } = await post(issuer, "/token", {
    form: { grant_type: "client_credentials" },
    headers: basic(clientId, secret),
  });
  assertEquals(status, 401);
  assertEquals(body["error"], "invalid_client");
});

Deno.test("startIssuer() refuses a wrong secret", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { status, body } = await post(issuer, "/token", {
    form: { grant_type: "client_credentials" },
    headers: basic(CI_CLIENT.clientId, "not-the-secret"),
  });
  assertEquals(status, 401);
  assertEquals(body["error"], "invalid_client");
});

Deno.test("startIssuer() refuses a grant the client does not have", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await post(issuer, "/token", {
    form: { grant_type: "client_credentials", client_id: "flyte-cli" },
  });
  assertEquals(body["error"], "unauthorized_client");
});
