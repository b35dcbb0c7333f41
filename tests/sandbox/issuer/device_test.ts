import { assert, assertEquals, assertRejects } from "@std/assert";
import * as oauth from "oauth4webapi";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode } from "./client.ts";

const signingKey = await generateSigningKey();

const loopback = { [oauth.allowInsecureRequests]: true };

Deno.test("startIssuer() takes oauth4webapi through a device login", async () => {
  await using issuer = await startIssuer({
    signingKey,
    enforceInterval: false,
  });
  const url = new URL(issuer.url);
  const options = { ...loopback, algorithm: "oauth2" as const };
  const as = await oauth.processDiscoveryResponse(
    url,
    await oauth.discoveryRequest(url, options),
  );
  const client: oauth.Client = { client_id: "flyte-cli" };
  const asked = await oauth.processDeviceAuthorizationResponse(
    as,
    client,
    await oauth.deviceAuthorizationRequest(as, client, oauth.None(), {
      scope: "openid all offline_access",
    }, loopback),
  );
  const grant = async () =>
    await oauth.processDeviceCodeResponse(
      as,
      client,
      await oauth.deviceCodeGrantRequest(
        as,
        client,
        oauth.None(),
        asked.device_code,
        loopback,
      ),
    );
  const pending = await assertRejects(grant, oauth.ResponseBodyError);
  assertEquals(pending.error, "authorization_pending");
  await approveDevice(asked.verification_uri, asked.user_code);
  const tokens = await grant();
  assertEquals(tokens.token_type, "bearer");
  assertEquals(tokens.expires_in, 3600);
  assertEquals(oauth.getValidatedIdTokenClaims(tokens)?.sub, "sandbox-ada");
  assert(tokens.refresh_token);
});

Deno.test("startIssuer() serves both discovery documents", async () => {
  await using issuer = await startIssuer({ signingKey });
  const [openid, plain] = await Promise.all(
    ["openid-configuration", "oauth-authorization-server"].map(async (name) =>
      await (await fetch(`${issuer.url}/.well-known/${name}`)).json()
    ),
  );
  assertEquals(openid, plain);
  assertEquals(openid.issuer, issuer.url);
  assertEquals(openid.revocation_endpoint, `${issuer.url}/token/revocation`);
  assertEquals(
    openid.device_authorization_endpoint,
    `${issuer.url}/device/auth`,
  );
  const keys = await (await fetch(openid.jwks_uri)).json();
  assertEquals(keys.keys[0].kid, issuer.jwks.keys[0]?.kid);
  assertEquals(keys.keys[0].d, undefined);
});

Deno.test("startIssuer() names address, code and interval", async () => {
  await using issuer = await startIssuer({ signingKey, deviceCodeSeconds: 77 });
  const { status, body } = await askForCode(issuer);
  assertEquals(status, 200);
  assertEquals(body["verification_uri"], `${issuer.url}/device`);
  assertEquals(
    body["verification_uri_complete"],
    `${issuer.url}/device?user_code=${body["user_code"]}`,
  );
  assertEquals(body["interval"], 1);
  assertEquals(body["expires_in"], 77);
});
