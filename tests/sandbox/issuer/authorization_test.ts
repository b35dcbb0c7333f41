import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { REDIRECT_URI } from "../../../sandbox/issuer/clients.ts";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { approveAuthorization } from "../../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { claimsOf, post } from "./client.ts";

const signingKey = await generateSigningKey();

/** The example of RFC 7636, appendix B. */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

function authorizationUrl(url: string, more: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: "flyte-cli",
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: "all offline",
    state: "a-state",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...more,
  });
  return `${url}/auth?${query}`;
}

Deno.test("startIssuer() takes a browser through PKCE", async () => {
  await using issuer = await startIssuer({ signingKey });
  const callback = new URL(
    await approveAuthorization(
      authorizationUrl(issuer.url, { audience: "https://flyte.sandbox" }),
      { account: "grace@example.com" },
    ),
  );
  assertEquals(callback.origin + callback.pathname, REDIRECT_URI);
  assertEquals(callback.searchParams.get("state"), "a-state");
  const code = callback.searchParams.get("code") ?? "";
  const { status, body } = await post(issuer, "/token", {
    form: {
      grant_type: "authorization_code",
      client_id: "flyte-cli",
      redirect_uri: REDIRECT_URI,
      code,
      code_verifier: VERIFIER,
    },
  });
  assertEquals(status, 200);
  assertEquals(claimsOf(body["access_token"])["sub"], "sandbox-grace");
  assertEquals("refresh_token" in body, true);
  assertEquals([code, VERIFIER].filter((s) => !issuer.secrets.has(s)), []);
});

Deno.test("startIssuer() refuses a wrong verifier", async () => {
  await using issuer = await startIssuer({ signingKey });
  const callback = await approveAuthorization(authorizationUrl(issuer.url));
  const { status, body } = await post(issuer, "/token", {
    form: {
      grant_type: "authorization_code",
      client_id: "flyte-cli",
      redirect_uri: REDIRECT_URI,
      code: new URL(callback).searchParams.get("code") ?? "",
      code_verifier: "x".repeat(43),
    },
  });
  assertEquals(status, 400);
  assertEquals(body["error"], "invalid_grant");
});

Deno.test("startIssuer() sends a refusal to the callback", async () => {
  await using issuer = await startIssuer({ signingKey });
  const callback = await approveAuthorization(authorizationUrl(issuer.url), {
    deny: true,
  });
  const { searchParams } = new URL(callback);
  assertEquals(searchParams.get("error"), "access_denied");
  assertEquals(searchParams.get("state"), "a-state");
});

Deno.test.each([
  ["http://127.0.0.1:61234/callback"],
  ["http://localhost:8/callback"],
  ["http://[::1]:61234/callback"],
])("startIssuer() redirects to %s", async (redirect_uri) => {
  await using issuer = await startIssuer({ signingKey });
  const callback = await approveAuthorization(
    authorizationUrl(issuer.url, { redirect_uri }),
  );
  assertEquals(callback.startsWith(redirect_uri), true);
});

Deno.test.each([
  ["a foreign callback", { redirect_uri: "https://evil.example/callback" }],
  ["an unknown client", { client_id: "nobody" }],
])("startIssuer() answers %s with a page, not a redirect", async (_, more) => {
  await using issuer = await startIssuer({ signingKey });
  const url = authorizationUrl(issuer.url, more);
  const error = await assertRejects(() => approveAuthorization(url), Error);
  assertMatch(error.message, /redirect_uri did not match|client is invalid/);
});

Deno.test("startIssuer() wants PKCE of a public client", async () => {
  await using issuer = await startIssuer({ signingKey });
  const more = { code_challenge: "", code_challenge_method: "" };
  const callback = await approveAuthorization(
    authorizationUrl(issuer.url, more),
  );
  const { searchParams } = new URL(callback);
  assertEquals(searchParams.get("error"), "invalid_request");
});
