import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freeCallback, type IssuerBed, openIssuerBed, signIn } from "./beds.ts";
import { API, entra } from "./entra.ts";
import type { Client } from "./vendor.ts";

const CALLBACK = freeCallback();
const OIDC = ".well-known/openid-configuration";

const APP: Client = {
  id: "11111111-0000-4000-8000-000000000001",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};
/** "Allow public client flows" is off, so that it should bring a secret. */
const NOT_PUBLIC: Client = {
  ...APP,
  id: "11111111-0000-4000-8000-000000000002",
  secret: "made-up-entra-secret-2",
};
const SERVICE: Client = {
  id: "11111111-0000-4000-8000-000000000003",
  grants: ["client_credentials"],
  secret: "made-up-entra-secret-3",
};

const SCOPES = ["api://flyte/all", "offline_access"];

/** Flyte with Entra ID, as the recipe has it. */
function openEntra(
  { app = APP, scopes = SCOPES, env = {}, tenant }: {
    app?: Client;
    scopes?: readonly string[];
    env?: Record<string, string>;
    tenant?: string;
  } = {},
): Promise<IssuerBed> {
  const clients = [APP, NOT_PUBLIC, SERVICE];
  return openIssuerBed(entra({ clients, ...(tenant && { tenant }) }), {
    client: { clientId: app.id, redirectUri: CALLBACK, scopes },
    metadataUrl: OIDC,
    audience: API,
    env,
  });
}

Deno.test("Entra: a device login works without a complete address, on a page of another host", async () => {
  await using bed = await openEntra();
  const { data } = await bed.call("list_projects");
  assertEquals(data.verification_uri, "https://microsoft.com/devicelogin");
  assertEquals(data.verification_uri_complete, null);
  assertStringIncludes(data.say_to_user, `enter the code   ${data.user_code}`);
  assertStringIncludes(data.say_to_user, "The page belongs to microsoft.com");
  bed.double.decide(data.user_code, "approved");
  const { text } = await bed.settled();
  assertMatch(text, /as Ada Example .*renewed by itself/);
  assertEquals((await bed.renew()).isError, false);
});

Deno.test("Entra: authorization_declined is login_denied", async () => {
  await using bed = await openEntra();
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "denied");
  assertEquals((await bed.settled()).data.error.code, "login_denied");
});

Deno.test("Entra: bad_verification_code is login_expired", async () => {
  await using bed = await openEntra();
  await bed.call("list_projects");
  bed.double.next("token", entra({ clients: [] }).refusals.bad_code);
  const { data, text } = await bed.settled();
  assertEquals(data.error.code, "login_expired");
  assertStringIncludes(text, "AADSTS70018");
});

Deno.test("Entra: an application that is no public client is refused at the poll; the browser comes next", async () => {
  await using bed = await openEntra({ app: NOT_PUBLIC });
  assertEquals((await bed.call("list_projects")).data.method, "device");
  const { data, text } = await bed.settled();
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(
    text,
    /public client .*AADSTS7000218.*login \{"method":"browser"\}/s,
  );
  const again = await bed.call("login");
  assertEquals(again.data.method, "browser");
  assertMatch(again.data.note, /\(invalid_client\)\. Browser login is used/);
  assertEquals(again.data.other_methods, []);
});

Deno.test("Entra: Conditional Access that blocks is told in its words", async () => {
  await using bed = await openEntra();
  const { data: asked } = await bed.call("list_projects");
  bed.double.decide(asked.user_code, "policy");
  const { text } = await bed.settled();
  assertStringIncludes(text, "AADSTS53003");
});

Deno.test("Entra: without scopes it is grant_not_allowed and says what is missing", async () => {
  await using bed = await openEntra({ scopes: [] });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /AADSTS900144: .* parameter: 'scope'/);
  assertMatch(text, /Admin: .*scope/);
});

Deno.test("Entra: without a scope of the API the token is for Graph, and token_rejected", async () => {
  await using bed = await openEntra({ scopes: ["openid", "offline_access"] });
  const { data: asked } = await bed.call("list_projects");
  bed.double.decide(asked.user_code, "approved");
  await bed.settled();
  const { data } = await bed.call("list_projects");
  assertEquals(data.error.code, "token_rejected");
});

Deno.test("Entra: a browser login works", async () => {
  await using bed = await openEntra({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  assertEquals((await signIn(await bed.call("whoami"))).status, 200);
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Entra: a service logs in with a secret and the scope .default", async () => {
  const env = {
    FLYTE_CLIENT_ID: SERVICE.id,
    FLYTE_CLIENT_SECRET: "made-up-entra-secret-3",
    FLYTE_SCOPES: "api://flyte/.default",
  };
  await using bed = await openEntra({ env });
  assertEquals((await bed.call("list_projects")).isError, false);
  const FLYTE_CLIENT_SECRET = "not-that-one";
  await using wrong = await openEntra({ env: { ...env, FLYTE_CLIENT_SECRET } });
  const { data, text } = await wrong.call("list_projects");
  assertEquals(data.error.code, "credentials_required");
  assertStringIncludes(text, "AADSTS7000215");
});

Deno.test("Entra: FLYTE_ISSUER for many tenants works, though its document has a placeholder", async () => {
  const vendor = entra({ clients: [APP], tenant: "common" });
  await using bed = await openIssuerBed(vendor, {
    client: null,
    audience: API,
    env: (double) => ({
      FLYTE_ISSUER: double.issuer,
      FLYTE_CLIENT_ID: APP.id,
      FLYTE_SCOPES: SCOPES.join(","),
    }),
  });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Entra: FLYTE_ISSUER with a tenant's domain name is config_invalid, for its issuer has the id", async () => {
  const vendor = {
    ...entra({ clients: [APP], tenant: "acme.onmicrosoft.com" }),
    issuerName: (address: string) => address.replace(/acme[^/]*/, "8eaef023"),
  };
  await using bed = await openIssuerBed(vendor, {
    client: null,
    audience: API,
    env: (double) => ({
      FLYTE_ISSUER: double.issuer,
      FLYTE_CLIENT_ID: APP.id,
    }),
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "config_invalid");
  assertMatch(text, /issuer's exact URL/);
});
