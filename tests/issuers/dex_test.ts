import { assertEquals, assertMatch } from "@std/assert";
import { freeCallback, type IssuerBed, openIssuerBed, signIn } from "./beds.ts";
import { dex } from "./dex.ts";
import type { Client } from "./vendor.ts";

const CALLBACK = freeCallback();
const OIDC = ".well-known/openid-configuration";

/** `public: true`. */
const APP: Client = {
  id: "flyte-cli",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};
const SERVICE: Client = {
  id: "flyte-ci",
  grants: [],
  secret: "made-up-dex-secret",
};

/** Flyte with Dex, as the recipe has it. */
function openDex(
  {
    env = {},
    scopes = ["openid", "email", "offline_access"],
    audience = APP.id,
  }: {
    env?: Record<string, string>;
    scopes?: readonly string[];
    audience?: string;
  } = {},
): Promise<IssuerBed> {
  return openIssuerBed(dex({ clients: [APP, SERVICE] }), {
    client: { clientId: APP.id, redirectUri: CALLBACK, scopes },
    metadataUrl: OIDC,
    audience,
    env,
  });
}

Deno.test("Dex: a device login works, though a pending poll is a 401 without a word", async () => {
  await using bed = await openDex();
  const { data } = await bed.call("list_projects");
  assertEquals(data.verification_uri, `${bed.double.issuer}/device`);
  bed.double.next("token", dex({ clients: [] }).refusals.pending);
  bed.double.decide(data.user_code, "approved");
  const { text } = await bed.settled();
  assertMatch(text, /as ada@example\.com .*renewed by itself/);
  assertEquals((await bed.renew()).isError, false);
});

Deno.test("Dex: a token is for the client itself, whatever audience is asked for", async () => {
  await using bed = await openDex({
    audience: "flyte-api",
    env: { FLYTE_AUDIENCE: "flyte-api" },
  });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  const refused = await bed.call("list_projects");
  assertEquals(refused.data.error.code, "token_rejected");
});

Deno.test("Dex: a peer's scope makes the token good for Flyte's own client", async () => {
  await using bed = await openDex({
    audience: "flyte-api",
    scopes: ["openid", "audience:server:client_id:flyte-api"],
  });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Dex: a browser login works, and logout says that nothing was revoked", async () => {
  await using bed = await openDex({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  assertEquals((await signIn(await bed.call("whoami"))).status, 200);
  assertEquals((await bed.call("whoami")).data.email, "ada@example.com");
  const { data } = await bed.call("logout");
  assertEquals([data.logged_out, data.revoked], [true, false]);
});

Deno.test("Dex: the scope all, which it does not know, is told", async () => {
  await using bed = await openDex({
    scopes: ["openid", "all"],
    env: { FLYTE_AUTH_TYPE: "Pkce" },
  });
  await signIn(await bed.call("whoami"));
  const { data, text } = await bed.call("whoami");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /invalid_scope: <<data-\w+ Unrecognized scope\(s\)/);
});

Deno.test("Dex: an unknown client gets a code, and only the page refuses it", async () => {
  await using bed = await openDex({ env: { FLYTE_CLIENT_ID: "nonesuch" } });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.method, "device");
  assertMatch(text, /Page refuses or nothing happens: login/);
  const { data: status } = await bed.call("auth_status", { wait_seconds: 0.2 });
  assertEquals(status.login, "pending");
});

Deno.test("Dex: a service cannot log in, and hears that it is the admin's affair", async () => {
  await using bed = await openDex({
    env: {
      FLYTE_CLIENT_ID: SERVICE.id,
      FLYTE_CLIENT_SECRET: "made-up-dex-secret",
    },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /\(unsupported_grant_type\)/);
});

Deno.test("Dex: a refresh token that it takes no more asks for a new login", async () => {
  await using bed = await openDex();
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  bed.double.next("token", dex({ clients: [] }).refusals.bad_refresh);
  const again = await bed.renew();
  assertEquals(again.data.status, "login_required");
});
