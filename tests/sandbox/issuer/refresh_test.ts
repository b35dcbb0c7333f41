import { assertEquals, assertNotEquals } from "@std/assert";
import { createLocalJWKSet, jwtVerify } from "jose";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { claimsOf, logIn, post, refresh } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("startIssuer() signs access tokens that name the person", async () => {
  await using issuer = await startIssuer({
    signingKey,
    accessTokenSeconds: 120,
  });
  const { access_token, expires_in } = await logIn(issuer);
  const { payload, protectedHeader } = await jwtVerify(
    `${access_token}`,
    createLocalJWKSet(issuer.jwks),
    { issuer: issuer.url, audience: "https://flyte.sandbox" },
  );
  assertEquals(protectedHeader.alg, "RS256");
  assertEquals(payload.sub, "sandbox-ada");
  assertEquals(payload["name"], "Ada Example");
  assertEquals(payload["email"], "ada@example.com");
  assertEquals(payload["preferred_username"], "ada");
  assertEquals((payload.exp ?? 0) - (payload.iat ?? 0), 120);
  assertEquals(expires_in, 120);
});

Deno.test("startIssuer() rotates refresh tokens", async () => {
  await using issuer = await startIssuer({ signingKey });
  const first = await logIn(issuer);
  const { status, body } = await refresh(issuer, first["refresh_token"]);
  assertEquals(status, 200);
  assertNotEquals(body["refresh_token"], first["refresh_token"]);
  assertEquals(claimsOf(body["access_token"])["sub"], "sandbox-ada");
  assertEquals(
    claimsOf(body["access_token"])["aud"],
    claimsOf(first["access_token"])["aud"],
  );
});

Deno.test("startIssuer() revokes all when a refresh token is used twice", async () => {
  await using issuer = await startIssuer({ signingKey });
  const first = await logIn(issuer);
  const second = await refresh(issuer, first["refresh_token"]);
  const reused = await refresh(issuer, first["refresh_token"]);
  assertEquals(reused.status, 400);
  assertEquals(reused.body["error"], "invalid_grant");
  const afterwards = await refresh(issuer, second.body["refresh_token"]);
  assertEquals(afterwards.body["error"], "invalid_grant");
});

Deno.test("startIssuer() allows reuse within its leeway", async () => {
  let time = 0;
  await using issuer = await startIssuer({
    signingKey,
    now: () => time,
    reuseLeewayMs: 1000,
  });
  const first = await logIn(issuer);
  await refresh(issuer, first["refresh_token"]);
  time += 900;
  assertEquals((await refresh(issuer, first["refresh_token"])).status, 200);
  time += 200;
  assertEquals((await refresh(issuer, first["refresh_token"])).status, 400);
});

Deno.test("startIssuer() keeps refresh tokens when rotation is off", async () => {
  const rotateRefreshTokens = false;
  await using issuer = await startIssuer({ signingKey, rotateRefreshTokens });
  const { refresh_token } = await logIn(issuer);
  const once = await refresh(issuer, refresh_token);
  const twice = await refresh(issuer, refresh_token);
  assertEquals(once.body["refresh_token"], refresh_token);
  assertEquals(twice.status, 200);
});

Deno.test("startIssuer() refuses an expired refresh token", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { refresh_token } = await logIn(issuer);
  issuer.expire("refresh_tokens");
  const { status, body } = await refresh(issuer, refresh_token);
  assertEquals(status, 400);
  assertEquals(body["error"], "invalid_grant");
});

Deno.test("startIssuer() revokes a refresh token", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { refresh_token } = await logIn(issuer);
  const revoked = await post(issuer, "/token/revocation", {
    form: { client_id: "flyte-cli", token: `${refresh_token}` },
  });
  assertEquals(revoked.status, 200);
  const { body } = await refresh(issuer, refresh_token);
  assertEquals(body["error"], "invalid_grant");
});

Deno.test("startIssuer() cannot revoke a JWT, and says so", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { access_token } = await logIn(issuer);
  const { status, body } = await post(issuer, "/token/revocation", {
    form: { client_id: "flyte-cli", token: `${access_token}` },
  });
  assertEquals(status, 400);
  assertEquals(body["error"], "unsupported_token_type");
});

Deno.test.each(
  [
    ["on_request", "all", false],
    ["on_request", "all offline", true],
    ["on_request", "all offline_access", true],
    ["always", "all", true],
    ["never", "all offline_access", false],
  ] as const,
)(
  "startIssuer() with refreshTokens %s and scope %s issues one: %s",
  async (refreshTokens, scope, expected) => {
    await using issuer = await startIssuer({ signingKey, refreshTokens });
    const tokens = await logIn(issuer, { form: { scope } });
    assertEquals("refresh_token" in tokens, expected);
  },
);
