import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freeCallback, type IssuerBed, openIssuerBed, signIn } from "./beds.ts";
import { keycloak } from "./keycloak.ts";
import type { Client } from "./vendor.ts";

const CALLBACK = freeCallback();

const APP: Client = {
  id: "flyte-cli",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};
const NO_DEVICE: Client = {
  ...APP,
  id: "flyte-browser",
  grants: ["authorization_code", "refresh_token"],
};
const SERVICE: Client = {
  id: "flyte-ci",
  grants: ["client_credentials"],
  secret: "made-up-keycloak-secret",
};
/** Its service account is off. */
const NO_SERVICE: Client = { ...SERVICE, id: "flyte-no-service", grants: [] };

/** Flyte with Keycloak, as the recipe has it. */
function openKeycloak(
  { app = APP, env = {}, audiences = ["flyte"], ...realm }: {
    app?: Client;
    env?: Record<string, string>;
    audiences?: readonly string[];
    isOld?: boolean;
    demandsPkce?: boolean;
  } = {},
): Promise<IssuerBed> {
  const clients = [APP, NO_DEVICE, SERVICE, NO_SERVICE];
  return openIssuerBed(keycloak({ clients, audiences, ...realm }), {
    client: {
      clientId: app.id,
      redirectUri: CALLBACK,
      scopes: ["openid", "all"],
      audience: "ignored-by-keycloak",
    },
    audience: "flyte",
    env,
  });
}

Deno.test("Keycloak: a device login works, and is renewed without offline_access", async () => {
  await using bed = await openKeycloak();
  const { data } = await bed.call("list_projects");
  assertEquals(data.verification_uri, `${bed.double.issuer}/device`);
  bed.double.decide(data.user_code, "approved");
  const { text } = await bed.settled();
  assertMatch(text, /as ada@example\.com .*renewed by itself/);
  assertEquals((await bed.renew()).isError, false);
});

Deno.test("Keycloak: a browser login works, iss and session_state in its answer included", async () => {
  await using bed = await openKeycloak({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  assertEquals((await signIn(await bed.call("whoami"))).status, 200);
  assertEquals((await bed.call("whoami")).data.email, "ada@example.com");
});

Deno.test("Keycloak: an answer with the iss of another realm is a stray", async () => {
  await using bed = await openKeycloak({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  const { data } = await bed.call("whoami");
  const state = new URL(data.authorization_url).searchParams.get("state");
  const other = `${bed.double.origin}/realms/other`;
  const page = await fetch(
    `${CALLBACK}?${new URLSearchParams({
      code: "x",
      state: `${state}`,
      iss: other,
    })}`,
  );
  assertEquals(page.status, 400);
  assertStringIncludes(await page.text(), "does not belong to a login");
  assertEquals((await bed.call("auth_status")).data.login, "pending");
});

Deno.test("Keycloak: FLYTE_ISSUER may end in a slash, though iss in its answers does not", async () => {
  const vendor = keycloak({ clients: [APP], audiences: ["flyte"] });
  await using bed = await openIssuerBed(vendor, {
    client: null,
    audience: "flyte",
    env: (double) => ({
      FLYTE_AUTH_TYPE: "Pkce",
      FLYTE_ISSUER: `${double.issuer}/`,
      FLYTE_CLIENT_ID: APP.id,
      FLYTE_REDIRECT_URI: CALLBACK,
    }),
  });
  assertEquals((await signIn(await bed.call("list_projects"))).status, 200);
  assertEquals((await bed.call("list_projects")).isError, false);
});

for (const isOld of [false, true]) {
  Deno.test(`Keycloak: a client whose device switch is off gives the browser (${isOld ? "older" : "present"} versions)`, async () => {
    await using bed = await openKeycloak({ app: NO_DEVICE, isOld });
    const { data } = await bed.call("list_projects");
    assertEquals(data.method, "browser");
    assertMatch(data.note, /Admin: enable the Device Authorization grant/);
    await bed.call("logout");
    assertEquals((await bed.call("list_projects")).data.method, "browser");
    const tried = bed.double.requests
      .filter(({ endpoint }) => endpoint === "device");
    assertEquals(tried.length, 1);
  });
}

Deno.test("Keycloak: a client that must use PKCE gives the browser, which works", async () => {
  await using bed = await openKeycloak({ demandsPkce: true });
  const asked = await bed.call("list_projects");
  assertEquals(asked.data.method, "browser");
  assertMatch(asked.data.note, /\(invalid_request\)\. Browser login is used/);
  assertEquals((await signIn(asked)).status, 200);
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Keycloak: DeviceFlow of a client that must use PKCE says why in its words", async () => {
  await using bed = await openKeycloak({
    demandsPkce: true,
    env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /Missing parameter: code_challenge_method/);
});

Deno.test("Keycloak: slow_down and a proxy's pages do not end a login", async () => {
  await using bed = await openKeycloak();
  const { data } = await bed.call("list_projects");
  bed.double.next("token", { status: 502, body: "<h1>Bad Gateway</h1>" });
  bed.double.next("token", { status: 200, body: "<h1>Maintenance</h1>" });
  bed.double.decide(data.user_code, "approved");
  assertEquals((await bed.settled()).data.logged_in, true);
});

Deno.test("Keycloak: without an audience mapper the token is token_rejected", async () => {
  await using bed = await openKeycloak({ audiences: [] });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  const refused = await bed.call("list_projects");
  assertEquals(refused.data.error.code, "token_rejected");
});

Deno.test("Keycloak: a service logs in with its secret", async () => {
  await using bed = await openKeycloak({
    env: {
      FLYTE_CLIENT_ID: SERVICE.id,
      FLYTE_CLIENT_SECRET: "made-up-keycloak-secret",
    },
  });
  assertEquals((await bed.call("list_projects")).isError, false);
});

for (const client of [SERVICE, NO_SERVICE]) {
  const what = client === SERVICE ? "a wrong secret" : "no service account";
  Deno.test(`Keycloak: ${what}, unauthorized_client with 401, names both who can act`, async () => {
    const secret = client === SERVICE
      ? "not-that-one"
      : "made-up-keycloak-secret";
    await using bed = await openKeycloak({
      env: { FLYTE_CLIENT_ID: client.id, FLYTE_CLIENT_SECRET: secret },
    });
    const { data, text } = await bed.call("list_projects");
    assertEquals(data.error.code, "credentials_required");
    assertMatch(
      text,
      client === SERVICE
        ? /Invalid client or Invalid client credentials/
        : /Client not enabled to retrieve service account/,
    );
    assertMatch(text, /Person: correct them .*admin: allow the client/);
  });
}

Deno.test("Keycloak: a refresh after the session is over asks for a new login", async () => {
  await using bed = await openKeycloak();
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  const { bad_refresh } = keycloak({ clients: [] }).refusals;
  bed.double.next("token", bad_refresh);
  const again = await bed.renew();
  assertEquals(again.data.status, "login_required");
});
