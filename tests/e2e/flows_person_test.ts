/**
 * The ways in which a person logs in, each from the first refusal to `whoami`,
 * over a spawned server. The SDK's transport keeps a kill timer running after
 * close(), so this file's sanitizers are off.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { BROWSER_CLIENT, CLI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { approve } from "../harness.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  freeCallback,
  grantsOf,
  openPage,
  signIn,
  startFlow,
  startLocked,
  waitForLogin,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const ADA = "sandbox-ada";
const GENERATIONS = ["old", "modern"] as const;

for (const generation of GENERATIONS) {
  Deno.test(`DeviceFlow logs a person in, and the ${generation} client hears no secret`, async () => {
    await using sandbox = await startLocked();
    await using flow = await startFlow(sandbox.endpoint, {
      generation,
      env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
    });
    const asked = await flow.call("list_projects");
    assertEquals(asked.data.method, "device", asked.text);
    await approve(asked);
    await waitForLogin(flow);
    await assertActsAs(flow, ADA);
    assertGrants(sandbox, "device_code");
    assertNothingLeaked(flow, sandbox);
  });

  Deno.test(`Pkce logs a person in by the browser's way back, and the ${generation} client hears no secret`, async () => {
    await using sandbox = await startLocked({
      client: { redirectUri: freeCallback() },
    });
    await using flow = await startFlow(sandbox.endpoint, {
      generation,
      env: { FLYTE_AUTH_TYPE: "Pkce" },
    });
    const address = await signIn(await flow.call("whoami"));
    assertStringIncludes(await openPage(address), "You are logged in");
    await assertActsAs(flow, ADA);
    assertGrants(sandbox, "authorization_code");
    assertEquals(grantsOf(sandbox)[0]?.clientAuthentication, "none");
    assertNothingLeaked(flow, sandbox, [address]);
  });

  Deno.test(`Pkce logs a person in by the pasted address, which the ${generation} client never hears`, async () => {
    await using sandbox = await startLocked({
      client: { redirectUri: freeCallback() },
    });
    await using flow = await startFlow(sandbox.endpoint, {
      generation,
      env: { FLYTE_AUTH_TYPE: "Pkce" },
    });
    const address = await signIn(await flow.call("whoami"));
    const mistyped = `${address}0`.replace("state=", "state=x");
    const wrong = await flow.call("login", { callback_url: mistyped });
    assertEquals(wrong.data.error.code, "invalid_argument");
    const right = await flow.call("login", { callback_url: address });
    assertEquals(right.data.logged_in, true, right.text);
    // The person may paste what the browser has brought back already.
    const again = await flow.call("login", { callback_url: address });
    assertEquals(again.data.logged_in, true, again.text);
    await assertActsAs(flow, ADA);
    assertGrants(sandbox, "authorization_code");
    const code = new URL(address).searchParams.get("code") ?? "";
    assertNothingLeaked(flow, sandbox, [address, mistyped, code]);
  });
}

Deno.test("Pkce with a client secret sends it with the code, and says it nowhere", async () => {
  const redirectUri = freeCallback();
  const client = {
    clientId: "flyte-admin",
    clientName: "Flyte Admin",
    grants: ["authorization_code", "refresh_token"],
    secret: "not-a-secret-admin/+ %: sandbox",
    redirectUris: [redirectUri],
  } as const;
  await using sandbox = await startLocked({
    client: { redirectUri },
    issuer: { clients: [client] },
  });
  await using flow = await startFlow(sandbox.endpoint, {
    env: {
      FLYTE_AUTH_TYPE: "Pkce",
      FLYTE_CLIENT_ID: client.clientId,
      FLYTE_CLIENT_SECRET: client.secret,
    },
  });
  await openPage(await signIn(await flow.call("whoami")));
  await assertActsAs(flow, ADA);
  assertGrants(sandbox, "authorization_code");
  const [exchange] = grantsOf(sandbox);
  assertEquals(exchange?.clientAuthentication, "client_secret_basic");
  assertEquals(exchange?.clientId, client.clientId);
  assertNothingLeaked(flow, sandbox, [client.secret]);
});

Deno.test("the conversation chooses the browser while a code is pending", async () => {
  await using sandbox = await startLocked({
    client: { redirectUri: freeCallback() },
  });
  await using flow = await startFlow(sandbox.endpoint);
  const device = await flow.call("whoami");
  assertEquals(device.data.method, "device");
  assertEquals(device.data.other_methods, ["browser"]);
  const browser = await flow.call("login", { method: "browser" });
  await openPage(await signIn(browser));
  await assertActsAs(flow, ADA);
  assertGrants(sandbox, "authorization_code");
  assertNothingLeaked(flow, sandbox);
});

Deno.test("a device login that the issuer refuses becomes a browser login, and stays one", async () => {
  await using sandbox = await startLocked({
    client: {
      redirectUri: freeCallback(),
      clientId: BROWSER_CLIENT.clientId,
    },
  });
  await using flow = await startFlow(sandbox.endpoint);
  const asked = await flow.call("whoami");
  assertMatch(asked.text, /refuses device login .*\(unauthorized_client\)/);
  assertEquals(asked.data.other_methods, []);
  await openPage(await signIn(asked));
  await assertActsAs(flow, ADA);
  await flow.call("logout");
  await openPage(await signIn(await flow.call("whoami")));
  await assertActsAs(flow, ADA);
  assertGrants(sandbox, "authorization_code", "authorization_code");
  const tried = sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(tried?.map(({ status }) => status), [400]);
  assertNothingLeaked(flow, sandbox);
});

Deno.test("FLYTE_PLATFORM_AUTH logs in before the first call to Flyte", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, {
    env: { FLYTE_PLATFORM_AUTH: "True" },
  });
  const asked = await flow.call("list_projects");
  assertEquals(asked.data.status, "login_required", asked.text);
  await approve(asked);
  await waitForLogin(flow);
  await assertActsAs(flow, ADA);
  const calls = sandbox.ingress.requests
    .filter(({ path }) => !path.includes("AuthMetadataService"));
  assert(calls.length > 0);
  assertEquals(calls.filter(({ token }) => token === undefined), []);
  assertGrants(sandbox, "device_code");
  assertNothingLeaked(flow, sandbox);
});

Deno.test("FLYTE_ISSUER describes the login where Flyte publishes none", async () => {
  await using sandbox = await startLocked();
  const { issuer } = sandbox;
  assert(issuer);
  await using plane = createPlane(systemClock);
  const ingress = createIngress({ plane: plane.handle, issuer });
  await using flyte = await listenOnLoopback(ingress, 0);
  await using flow = await startFlow(flyte.url, {
    env: {
      FLYTE_ISSUER: issuer.url,
      FLYTE_CLIENT_ID: CLI_CLIENT.clientId,
      FLYTE_SCOPES: "all,offline_access",
      FLYTE_AUDIENCE: issuer.audience,
    },
  });
  await approve(await flow.call("whoami"));
  await waitForLogin(flow);
  await assertActsAs(flow, ADA);
  assertGrants(sandbox, "device_code");
  const found = issuer.requests
    .filter(({ endpoint }) => endpoint === "discovery");
  assertEquals(found.map(({ status }) => status), [200]);
  assertNothingLeaked(flow, sandbox);
});
