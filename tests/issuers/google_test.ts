import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { NO_LOGIN } from "../../src/auth/client_config.ts";
import { createDeviceMethod } from "../../src/auth/device_method.ts";
import { systemClock } from "../../src/clock.ts";
import { Secret } from "../../src/config/secret.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { freeCallback, type IssuerBed, openIssuerBed, signIn } from "./beds.ts";
import { startDouble } from "./double.ts";
import { google, RATE_LIMIT } from "./google.ts";
import type { Client } from "./vendor.ts";

const CALLBACK = freeCallback();
const OIDC = ".well-known/openid-configuration";

/** Of the type "Desktop app". */
const DESKTOP: Client = {
  id: "1-desktop.apps.googleusercontent.com",
  grants: ["authorization_code", "refresh_token"],
  secret: "made-up-google-secret-1",
  redirectUris: [CALLBACK],
};
/** Of the type "TVs and Limited Input devices". */
const TV: Client = {
  id: "2-tv.apps.googleusercontent.com",
  grants: ["device_code", "refresh_token"],
  secret: "made-up-google-secret-2",
};

const AS_DESKTOP = {
  FLYTE_AUTH_TYPE: "Pkce",
  FLYTE_CLIENT_ID: DESKTOP.id,
  FLYTE_CLIENT_SECRET: "made-up-google-secret-1",
};

/** Flyte with Google, whose tokens the ingress asks Google about. */
function openGoogle(
  { client = TV, env = {}, query = "", scopes = ["openid", "email"] }: {
    client?: Client;
    env?: Record<string, string>;
    /** What FLYTE_AUTHORIZATION_ENDPOINT carries. */
    query?: string;
    scopes?: readonly string[];
  } = {},
): Promise<IssuerBed> {
  return openIssuerBed(google({ clients: [DESKTOP, TV] }), {
    client: { clientId: client.id, redirectUri: CALLBACK, scopes },
    metadataUrl: OIDC,
    audience: null,
    env: ({ origin }) => ({
      ...env,
      ...(query && {
        FLYTE_AUTHORIZATION_ENDPOINT: `${origin}/o/oauth2/v2/auth${query}`,
      }),
    }),
  });
}

Deno.test("Google: a browser login works with the desktop client's secret", async () => {
  await using bed = await openGoogle({ env: AS_DESKTOP });
  const page = await signIn(await bed.call("list_projects"));
  assertEquals(page.status, 200, page.text);
  assertEquals((await bed.call("list_projects")).isError, false);
  const { data } = await bed.call("auth_status");
  assertEquals(data.token.renewable, false);
  assertEquals(data.token.email, null);
});

Deno.test("Google: access_type and prompt in the authorization endpoint's own query give a refresh token", async () => {
  await using bed = await openGoogle({
    env: AS_DESKTOP,
    query: "?access_type=offline&prompt=consent",
  });
  await signIn(await bed.call("list_projects"));
  const { data } = await bed.call("auth_status");
  assertEquals(data.token.renewable, true);
  assertEquals((await bed.renew()).isError, false);
  const [refresh] = bed.double.requests
    .filter(({ grant }) => grant === "refresh_token");
  assertEquals(refresh?.authentication, "basic");
});

Deno.test("Google: a desktop client without its secret is told in Google's words", async () => {
  await using bed = await openGoogle({
    client: DESKTOP,
    env: { FLYTE_AUTH_TYPE: "Pkce" },
  });
  const page = await signIn(await bed.call("list_projects"));
  assertStringIncludes(page.text, "invalid_request");
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /invalid_request: <<data-\w+ client_secret is missing/);
  assertMatch(text, /Admin: .*secret/);
});

Deno.test("Google: offline_access, which it does not know, is told", async () => {
  await using bed = await openGoogle({
    env: AS_DESKTOP,
    scopes: ["openid", "offline_access"],
  });
  await signIn(await bed.call("list_projects"));
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /invalid_scope: .*invalid=\[offline_access\]/);
});

Deno.test("Google: the page of a device login stands under verification_url, and is shown", async () => {
  await using bed = await openGoogle();
  const { data } = await bed.call("list_projects");
  assertEquals(data.verification_uri, "https://www.google.com/device");
  assertStringIncludes(data.say_to_user, "The page belongs to www.google.com");
});

Deno.test("Google: a device login without the client's secret ends in Google's words", async () => {
  await using bed = await openGoogle();
  await bed.call("list_projects");
  const { data, text } = await bed.settled();
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /client_secret is missing/);
});

Deno.test("Google: a device login works where the device method has the client's secret", async () => {
  await using double = await startDouble(google({ clients: [TV] }));
  using fetch = createFetch({ caCert: null });
  const secret = new Secret("made-up-google-secret-2");
  const signal = AbortSignal.timeout(10_000);
  const method = createDeviceMethod({ secret });
  const start = {
    config: {
      ...NO_LOGIN,
      clientId: TV.id,
      tokenEndpoint: `${double.origin}/token`,
      deviceAuthorizationEndpoint: `${double.origin}/device/code`,
      scopes: ["openid"],
    },
    ...{ endpoint: double.origin, fetch, clock: systemClock },
  };
  const flow = await method.begin({ ...start, otherMethods: [], signal });
  double.decide(flow.login.userCode, "approved");
  const token = await method.run(flow, {
    ...{
      ...start,
      isResumed: false,
      listens: true,
      stop: signal,
      kept: Promise.resolve(),
    },
  }).result;
  assertMatch(
    typeof token === "string" ? token : token.access_token,
    /^ya29\./,
  );
  assertEquals(
    new Set(double.requests.map(({ authentication }) => authentication)),
    new Set(["basic"]),
  );
});

Deno.test("Google: a client of another type gives the browser", async () => {
  await using bed = await openGoogle({ client: DESKTOP });
  const { data } = await bed.call("list_projects");
  assertEquals(data.method, "browser");
  assertMatch(data.note, /\(invalid_client\)/);
});

Deno.test("Google: the quota of codes, an error_code with 403, is rate_limited and no refusal", async () => {
  await using bed = await openGoogle();
  bed.double.next("device", RATE_LIMIT);
  const { data } = await bed.call("list_projects");
  assertEquals(data.error.code, "rate_limited");
  assertEquals((await bed.call("login")).data.method, "device");
});

Deno.test("Google: a pending poll is a 428, and a denial a 403", async () => {
  await using bed = await openGoogle();
  const { refusals } = google({ clients: [] });
  await bed.call("list_projects");
  bed.double.next("token", refusals.pending);
  bed.double.next("token", refusals.denied);
  assertEquals((await bed.settled()).data.error.code, "login_denied");
});
