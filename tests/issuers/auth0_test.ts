import { assertEquals, assertMatch } from "@std/assert";
import { NO_LOGIN } from "../../src/auth/client_config.ts";
import { pollForToken } from "../../src/auth/device_poll.ts";
import { Issuer } from "../../src/auth/issuer.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { auth0 } from "./auth0.ts";
import {
  freeCallback,
  type IssuerBed,
  openIssuerBed,
  recordingClock,
  signIn,
} from "./beds.ts";
import { startDouble } from "./double.ts";
import { type Client, refusal } from "./vendor.ts";

const CALLBACK = freeCallback();
const API = "https://flyte.example.com";

const APP: Client = {
  id: "Auth0FlyteCli",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};
const NO_DEVICE: Client = {
  ...APP,
  id: "Auth0NoDevice",
  grants: ["authorization_code", "refresh_token"],
};
const SERVICE: Client = {
  id: "Auth0Service",
  grants: ["client_credentials"],
  secret: "made-up-auth0-secret",
};

const AS_SERVICE = {
  FLYTE_CLIENT_ID: SERVICE.id,
  FLYTE_CLIENT_SECRET: "made-up-auth0-secret",
};

/** Flyte with Auth0, as the recipe has it; `audience: ""` publishes none. */
function openAuth0(
  { app = APP, audience = API, env = {}, grantedApis = [API] }: {
    app?: Client;
    audience?: string;
    env?: Record<string, string>;
    grantedApis?: readonly string[];
  } = {},
): Promise<IssuerBed> {
  const clients = [APP, NO_DEVICE, SERVICE];
  return openIssuerBed(auth0({ clients, apis: [API], grantedApis }), {
    client: {
      clientId: app.id,
      redirectUri: CALLBACK,
      scopes: ["openid", "offline_access"],
      audience,
    },
    audience: API,
    env,
  });
}

Deno.test("Auth0: a device login works, though a pending poll is a 403", async () => {
  await using bed = await openAuth0();
  const { data } = await bed.call("list_projects");
  bed.double.next("token", refusal(403, "authorization_pending"));
  bed.double.decide(data.user_code, "approved");
  assertEquals((await bed.settled()).data.token.renewable, true);
  assertEquals((await bed.renew()).isError, false);
});

Deno.test("Auth0: the audience that Flyte publishes is sent, and FLYTE_AUDIENCE beats it", async () => {
  await using published = await openAuth0();
  await published.call("list_projects");
  assertEquals(
    published.double.requests.at(-1)?.parameters.get("audience"),
    API,
  );
  await using own = await openAuth0({
    audience: "",
    env: { FLYTE_AUDIENCE: API },
  });
  const { data } = await own.call("list_projects");
  own.double.decide(data.user_code, "approved");
  await own.settled();
  assertEquals((await own.call("list_projects")).isError, false);
});

Deno.test("Auth0: without an audience the token is opaque, and token_rejected says to look at it", async () => {
  await using bed = await openAuth0({ audience: "" });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  const status = await bed.settled();
  assertEquals(status.data.token.subject, null);
  const { data: refused, text } = await bed.call("list_projects");
  assertEquals(refused.error.code, "token_rejected");
  assertMatch(text, /Admin: compare the token's audience/);
});

Deno.test("Auth0: an audience that it does not know is grant_not_allowed in its words", async () => {
  await using bed = await openAuth0({ audience: "https://nonesuch.example" });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /<<data-\w+ Service not found: https:\/\/nonesuch/);
  assertMatch(text, /allow them the audience/);
});

Deno.test("Auth0: a browser login works", async () => {
  await using bed = await openAuth0({ env: { FLYTE_AUTH_TYPE: "Pkce" } });
  assertEquals((await signIn(await bed.call("whoami"))).status, 200);
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Auth0: an application without the Device Code grant gives the browser", async () => {
  await using bed = await openAuth0({ app: NO_DEVICE });
  const { data } = await bed.call("list_projects");
  assertEquals(data.method, "browser");
  assertMatch(data.note, /\(unauthorized_client\).* Admin: enable the Device/);
});

Deno.test("Auth0: FLYTE_ISSUER works without its slash where Flyte publishes no login", async () => {
  const clients = [APP];
  await using bed = await openIssuerBed(auth0({ clients, apis: [API] }), {
    client: null,
    audience: API,
    env: (double) => ({
      FLYTE_ISSUER: double.origin,
      FLYTE_CLIENT_ID: APP.id,
      FLYTE_AUDIENCE: API,
      FLYTE_SCOPES: "openid offline_access",
      FLYTE_REDIRECT_URI: CALLBACK,
    }),
  });
  const { data } = await bed.call("list_projects");
  bed.double.decide(data.user_code, "approved");
  await bed.settled();
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Auth0: a service logs in with its secret and the audience", async () => {
  await using bed = await openAuth0({ env: AS_SERVICE });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("Auth0: a wrong secret, which is access_denied there, is credentials_required", async () => {
  await using bed = await openAuth0({
    env: { ...AS_SERVICE, FLYTE_CLIENT_SECRET: "not-that-one" },
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "credentials_required");
  assertMatch(text, /access_denied: <<data-\w+ Unauthorized/);
});

Deno.test("Auth0: a service that is not granted the API is the admin's affair", async () => {
  await using bed = await openAuth0({ env: AS_SERVICE, grantedApis: [] });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "grant_not_allowed");
  assertMatch(text, /You need to create a "client-grant"/);
});

Deno.test("Auth0: slow_down with 429 makes polls slower by 5 s", async () => {
  const vendor = auth0({ clients: [APP], apis: [API] });
  await using double = await startDouble(vendor, { interval: 5 });
  using fetch = createFetch({ caCert: null });
  const issuer = new Issuer({
    ...NO_LOGIN,
    clientId: APP.id,
    tokenEndpoint: `${double.origin}/oauth/token`,
    deviceAuthorizationEndpoint: `${double.origin}/oauth/device/code`,
  }, fetch);
  const signal = AbortSignal.timeout(10_000);
  const device = await issuer.startDevice(signal);
  double.decide(device.userCode, "approved");
  double.next("token", vendor.refusals.slow_down);
  double.next("token", vendor.refusals.pending);
  const clock = recordingClock();
  const expiresAt = clock.now() + 900_000;
  await pollForToken(issuer, {
    ...{ ...device, isResumed: false },
    ...{ expiresAt, clock, signal },
  });
  assertEquals(clock.slept, [5, 10, 10]);
});

Deno.test("Auth0: a code that expired is login_expired, whichever word it uses", async () => {
  for (const reason of ["expired", "bad_code"] as const) {
    await using bed = await openAuth0();
    await bed.call("list_projects");
    const vendor = auth0({ clients: [], apis: [] });
    bed.double.next("token", vendor.refusals[reason]);
    const { data } = await bed.settled();
    assertEquals(data.error.code, "login_expired");
    assertEquals((await bed.call("login")).data.flow, "new");
  }
});
