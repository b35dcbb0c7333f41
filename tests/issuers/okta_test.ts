import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freeCallback, type IssuerBed, openIssuerBed, signIn } from "./beds.ts";
import { okta, oktaError } from "./okta.ts";
import type { Client } from "./vendor.ts";

const CALLBACK = freeCallback();

/** The native app of the recipe. */
const APP: Client = {
  id: "0oaFlyteCli",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};

/** The same, but nobody ticked Device Authorization. */
const NO_DEVICE: Client = {
  ...APP,
  id: "0oaNoDevice",
  grants: ["authorization_code", "refresh_token"],
};

const SERVICE: Client = {
  id: "0oaService",
  grants: ["client_credentials"],
  secret: "made-up-okta-secret",
};

/** Flyte with Okta's custom authorization server, as the recipe has it. */
function openOkta(
  { app = APP, scopes = ["all", "offline_access"], env = {}, server }: {
    app?: Client;
    scopes?: readonly string[];
    env?: Record<string, string>;
    server?: "default" | "organization";
  } = {},
): Promise<IssuerBed> {
  const clients = [APP, NO_DEVICE, SERVICE];
  return openIssuerBed(okta({ clients, ...(server && { server }) }), {
    client: { clientId: app.id, redirectUri: CALLBACK, scopes },
    audience: "api://flyte",
    env,
  });
}

Deno.test("Okta: a device login works, with one click and a refresh", async () => {
  await using bed = await openOkta();
  const { data } = await bed.call("list_projects");
  assertEquals(data.method, "device");
  assertEquals(data.verification_uri, `${bed.double.origin}/activate`);
  assertStringIncludes(data.say_to_user, `/activate?user_code=`);
  bed.double.decide(data.user_code, "approved");
  const { text } = await bed.settled();
  assertMatch(text, /^Logged in to .* as ada@example\.com .*renewed by itself/);
  assertEquals((await bed.renew()).isError, false);
  const grants = bed.double.requests.map(({ grant }) => grant);
  assertEquals(grants.filter((grant) => grant === "refresh_token").length, 1);
});

Deno.test("Okta: a browser login works with the redirect URI to the letter", async () => {
  await using bed = await openOkta({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  const page = await signIn(await bed.call("whoami"));
  assertEquals(page.status, 200, page.text);
  const who = await bed.call("whoami");
  assertEquals(who.data.subject, "ada@example.com");
  assertEquals(who.data.auth_type, "Pkce");
});

Deno.test("Okta: another redirect URI is refused on Okta's page", async () => {
  const other = CALLBACK.replace("localhost", "127.0.0.1");
  await using bed = await openOkta({
    env: { FLYTE_AUTH_TYPE: "Pkce", FLYTE_REDIRECT_URI: other },
  });
  const page = await signIn(await bed.call("whoami"));
  assertEquals(page.status, 400);
  assertStringIncludes(page.text, "redirect URI is not registered");
});

Deno.test("Okta: a service logs in with its secret", async () => {
  await using bed = await openOkta({
    env: {
      FLYTE_CLIENT_ID: SERVICE.id,
      FLYTE_CLIENT_SECRET: "made-up-okta-secret",
      FLYTE_SCOPES: "all",
    },
  });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Okta: a wrong secret is credentials_required and not repeated", async () => {
  await using bed = await openOkta({
    env: { FLYTE_CLIENT_ID: SERVICE.id, FLYTE_CLIENT_SECRET: "not-that-one" },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "credentials_required");
  assertMatch(text, /from FLYTE_CLIENT_SECRET \(invalid_client: <<data-/);
  assertEquals(text.includes("not-that-one"), false);
});

Deno.test("Okta: device login that is advertised but not granted gives the browser, and is not tried again", async () => {
  await using bed = await openOkta({ app: NO_DEVICE });
  const { data } = await bed.call("list_projects");
  assertEquals(data.method, "browser");
  assertEquals(data.other_methods, []);
  assertMatch(
    data.say_to_user,
    /refuses device login for client "0oaNoDevice" \(unauthorized_client\)\. Browser login is used instead\. Admin: enable the Device Authorization grant for that client\./,
  );
  await bed.call("logout");
  await bed.call("list_projects");
  const tried = bed.double.requests
    .filter(({ endpoint }) => endpoint === "device");
  assertEquals(tried.length, 1);
});

Deno.test("Okta: DeviceFlow that is not granted is grant_not_allowed, in Okta's words too", async () => {
  await using bed = await openOkta({
    app: NO_DEVICE,
    env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertEquals(data.error.fix_by, "admin");
  assertMatch(text, /Admin: enable the Device Authorization grant/);
  assertMatch(text, /<<data-\w+ The client is not authorized .* \w+-data>>/);
  assertMatch(text, /login \{"method":"browser"\}/);
});

Deno.test("Okta: an unknown client id, told in the shape of Okta's API, is named", async () => {
  await using bed = await openOkta({
    env: { FLYTE_CLIENT_ID: "0oaGone", FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /for client "0oaGone" \(invalid_client\)/);
  assertMatch(text, /Admin: check that this client id exists there/);
  assertMatch(text, /Invalid value for 'client_id' parameter/);
});

for (const method of ["device", "browser"] as const) {
  Deno.test(`Okta: a policy's denial of a ${method} login is the admin's, not the person's`, async () => {
    await using bed = await openOkta();
    bed.double.decideBrowser("policy");
    const asked = await bed.call("login", { method });
    if (method === "browser") await signIn(asked);
    else bed.double.decide(asked.data.user_code, "policy");
    const { data, text } = await bed.settled();
    assertEquals(data.error.code, "grant_not_allowed", text);
    assertMatch(text, /access_denied: <<data-\w+ Policy evaluation failed/);
    assertMatch(text, /Admin: assign the person .* access policy/);
  });

  Deno.test(`Okta: a person's denial of a ${method} login is login_denied`, async () => {
    await using bed = await openOkta();
    bed.double.decideBrowser("denied");
    const asked = await bed.call("login", { method });
    if (method === "browser") await signIn(asked);
    else bed.double.decide(asked.data.user_code, "denied");
    assertEquals((await bed.settled()).data.error.code, "login_denied");
  });
}

Deno.test("Okta: a scope that the server does not have is grant_not_allowed", async () => {
  await using bed = await openOkta({ env: { FLYTE_SCOPES: "all, nonesuch" } });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /invalid_scope: <<data-\w+ One or more scopes/);
  assertMatch(text, /Admin: allow that client the published scopes/);
});

Deno.test("Okta: too many requests are rate_limited and no reason to change the method", async () => {
  await using bed = await openOkta();
  const busy = oktaError(429, "E0000047", "API call exceeded rate limit.");
  bed.double.next("device", busy);
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "rate_limited");
  assertEquals(data.error.retry_after_s, 30);
  assertMatch(text, /asks for fewer requests/);
  assertEquals((await bed.call("login")).data.method, "device");
});

Deno.test("Okta: an authorization server that does not exist is named by the status", async () => {
  await using bed = await openOkta({ env: { FLYTE_AUTH_TYPE: "DeviceFlow" } });
  const gone =
    "Not found: Resource not found: aus1 (OAuth2AuthorizationServer)";
  bed.double.next("device", oktaError(404, "E0000007", gone));
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /\(http_404\)\. Admin: check the published device/);
  assertMatch(text, /E0000007: Not found: Resource not found: aus1/);
});

Deno.test("Okta: without offline_access a token is not renewed, and a new login is asked for", async () => {
  await using bed = await openOkta({ scopes: ["all"] });
  const asked = await bed.call("list_projects");
  bed.double.decide(asked.data.user_code, "approved");
  assertEquals((await bed.settled()).data.token.renewable, false);
  const again = await bed.renew();
  assertEquals(again.data.status, "login_required");
});

Deno.test("Okta: a token of the organization's own server is token_rejected", async () => {
  await using bed = await openOkta({
    server: "organization",
    scopes: ["openid", "profile", "offline_access"],
  });
  const asked = await bed.call("list_projects");
  bed.double.decide(asked.data.user_code, "approved");
  await bed.settled();
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "token_rejected");
  assertMatch(text, /Admin: compare the token's audience/);
});
