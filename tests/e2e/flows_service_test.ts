/**
 * Logins without a person: a service's secret, an API key, and tokens and
 * headers that somebody else keeps fresh; over a spawned server. The SDK's
 * transport keeps a kill timer running after close(), so this file's
 * sanitizers are off.
 */
import { assertEquals, assertMatch } from "@std/assert";
import {
  CI_CLIENT,
  CI_POST_CLIENT,
  type IssuerClient,
} from "../../sandbox/issuer/clients.ts";
import { startFront } from "../auth/front.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  type Flow,
  grantsOf,
  makeFolder,
  serviceToken,
  startFlow,
  startLocked,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** What the Flyte CLI's own variables say of a client. */
function credentialsOf({ clientId, secret = "" }: IssuerClient) {
  return { FLYTE_CLIENT_ID: clientId, FLYTE_CLIENT_SECRET: secret };
}

/** An API key as Flyte gives it. */
function apiKey(host: string, { clientId, secret }: IssuerClient): string {
  const text = `${host}:${clientId}:${secret}:None`;
  return new TextEncoder().encode(text).toBase64();
}

/** Fails if anybody was asked to log in. */
async function assertNobodyAsked(flow: Flow): Promise<void> {
  const { data } = await flow.call("auth_status");
  assertEquals([data.logged_in, data.login], [true, "done"]);
  assertEquals(/LOGIN|login_required/.test(flow.said()), false);
}

for (const generation of ["old", "modern"] as const) {
  Deno.test(`ClientSecret sends id and secret by HTTP Basic, and the ${generation} client hears no secret`, async () => {
    await using sandbox = await startLocked();
    await using flow = await startFlow(sandbox.endpoint, {
      generation,
      env: credentialsOf(CI_CLIENT),
    });
    await assertActsAs(flow, CI_CLIENT.clientId);
    assertGrants(sandbox, "client_credentials");
    const [grant] = grantsOf(sandbox);
    assertEquals(grant?.clientAuthentication, "client_secret_basic");
    await assertNobodyAsked(flow);
    assertNothingLeaked(flow, sandbox, [CI_CLIENT.secret ?? ""]);
  });
}

Deno.test("ClientSecret sends the secret in the form where the issuer wants that", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, {
    env: credentialsOf(CI_POST_CLIENT),
  });
  await assertActsAs(flow, CI_POST_CLIENT.clientId);
  assertGrants(sandbox, "client_credentials");
  const [grant] = grantsOf(sandbox);
  assertEquals(grant?.clientAuthentication, "client_secret_post");
  await assertNobodyAsked(flow);
  assertNothingLeaked(flow, sandbox, [CI_POST_CLIENT.secret ?? ""]);
});

Deno.test("FLYTE_API_KEY alone says where Flyte is and who calls", async () => {
  await using sandbox = await startLocked();
  const key = apiKey(new URL(sandbox.endpoint).host, CI_CLIENT);
  await using flow = await startFlow("", {
    env: { FLYTE_API_KEY: key, FLYTE_INSECURE: "true" },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertGrants(sandbox, "client_credentials");
  await assertNobodyAsked(flow);
  assertNothingLeaked(flow, sandbox, [key, CI_CLIENT.secret ?? ""]);
});

Deno.test("FLYTE_API_KEY_FROM_FILE reads the key from a file", async () => {
  await using sandbox = await startLocked();
  const key = apiKey(new URL(sandbox.endpoint).host, CI_POST_CLIENT);
  await using folder = await makeFolder({ "api-key": `${key}\n` });
  await using flow = await startFlow("", {
    env: {
      FLYTE_API_KEY_FROM_FILE: `${folder.path}/api-key`,
      FLYTE_INSECURE: "true",
    },
  });
  await assertActsAs(flow, CI_POST_CLIENT.clientId);
  assertGrants(sandbox, "client_credentials");
  assertNothingLeaked(flow, sandbox, [key, CI_POST_CLIENT.secret ?? ""]);
});

Deno.test("FLYTE_ACCESS_TOKEN is sent as it is, and nothing is asked of the issuer", async () => {
  await using sandbox = await startLocked();
  const token = await serviceToken(sandbox, CI_CLIENT);
  const before = sandbox.issuer?.requests.length;
  await using flow = await startFlow(sandbox.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: token },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  const asked = sandbox.issuer?.requests.slice(before)
    .filter(({ endpoint }) => endpoint !== "discovery");
  assertEquals(asked, []);
  assertNothingLeaked(flow, sandbox, [token]);
});

Deno.test("FLYTE_AUTH_METADATA sends several headers", async () => {
  await using sandbox = await startLocked();
  const token = await serviceToken(sandbox, CI_CLIENT);
  const cookie = "session=not-a-secret-cookie";
  await using front = await startFront(
    sandbox.endpoint,
    ({ headers }) =>
      headers.get("cookie") === cookie && headers.get("x-team") === "ml"
        ? null
        : { status: 401 },
  );
  await using flow = await startFlow(front.url, {
    env: {
      FLYTE_AUTH_METADATA: JSON.stringify({
        Authorization: `Bearer ${token}`,
        "X-Team": "ml",
        Cookie: cookie,
      }),
    },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertNothingLeaked(flow, sandbox, [token, cookie]);
});

Deno.test("FLYTE_ACCESS_TOKEN_FROM_FILE is read again when the file rotates", async () => {
  await using sandbox = await startLocked();
  const first = await serviceToken(sandbox, CI_CLIENT);
  const second = await serviceToken(sandbox, CI_POST_CLIENT);
  await using folder = await makeFolder({ token: first });
  await using flow = await startFlow(sandbox.endpoint, {
    env: { FLYTE_ACCESS_TOKEN_FROM_FILE: `${folder.path}/token` },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  sandbox.ingress.revoke(first);
  const refused = await flow.call("list_projects");
  assertEquals(refused.data.error.code, "token_rejected", refused.text);
  assertMatch(refused.text, /FLYTE_ACCESS_TOKEN_FROM_FILE/);
  await folder.write("token", `Bearer ${second}\n`);
  await assertActsAs(flow, CI_POST_CLIENT.clientId);
  assertNothingLeaked(flow, sandbox, [first, second]);
});
