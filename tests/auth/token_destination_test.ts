/**
 * Where secrets and tokens go: to the Flyte that they are for and to its
 * issuer, wherever a redirect points and whatever another Flyte publishes.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { CI_CLIENT, CLI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { type Refusal, startFront } from "./front.ts";

const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

/** Whoever gets here got what was meant for somebody else. */
async function startThief() {
  return await startFront("", () => ({ status: 200 }));
}

/** A second Flyte, which publishes the login of the first to the letter. */
async function startCopycat({ issuer }: Sandbox) {
  const stack = new AsyncDisposableStack();
  assert(issuer);
  const plane = stack.use(createPlane({
    ...systemClock,
    issuer: {
      url: issuer.url,
      client: {
        clientId: CLI_CLIENT.clientId,
        redirectUri: CLI_CLIENT.redirectUris?.[0] ?? "",
        scopes: ["all", "offline_access"],
        audience: issuer.audience,
      },
    },
  }));
  const ingress = createIngress({ plane: plane.handle, issuer });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  return {
    url,
    requests: ingress.requests,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a Flyte that copies our login gets no token of ours", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  await bed.logIn();
  await bed.call("list_projects");
  await using copycat = await startCopycat(bed.sandbox);
  await using server = await connectServer(copycat.url);
  for (const tool of ["list_projects", "whoami", "list_runs"]) {
    const { data, text } = await server.call(tool, {
      ...(tool === "list_runs" && { project: "p" }),
    });
    assertEquals(data.status, "login_required", text);
  }
  assert(copycat.requests.length > 0);
  assertEquals(copycat.requests.filter(({ token }) => token), []);
  assertEquals((await bed.call("list_projects")).data.status, "ok");
});

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`a ${status} of Flyte carries no token elsewhere`, async () => {
    await using thief = await startThief();
    await using front = await startFront(
      "",
      ({ path }) => ({ status, location: `${thief.url}${path}` }),
    );
    await using server = await connectServer(front.url, {
      env: { FLYTE_ACCESS_TOKEN: "made-up-token" },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "sso_redirect", text);
    assertEquals(thief.passed, []);
  });

  Deno.test(`a ${status} of the token endpoint carries no secret elsewhere`, async () => {
    await using sandbox = await startSandbox({ auth: "device", seeded: false });
    await using thief = await startThief();
    await using front = await startFront(
      "",
      () => ({ status, location: `${thief.url}/token` }),
    );
    await using server = await connectServer(sandbox.endpoint, {
      env: { ...CI, FLYTE_TOKEN_ENDPOINT: `${front.url}/token` },
    });
    const { data, text } = await server.call("list_projects");
    assertMatch(data.error.code, /^(unavailable|grant_not_allowed)$/);
    assertMatch(text, new RegExp(`${status}`));
    assertEquals(front.passed.length, 1);
    assertEquals(thief.passed, []);
  });
}

Deno.test("a redirect of the device endpoint leads nobody elsewhere", async () => {
  await using sandbox = await startSandbox({ auth: "device", seeded: false });
  await using thief = await startThief();
  await using front = await startFront(
    "",
    () => ({ status: 307, location: `${thief.url}/device` }),
  );
  await using server = await connectServer(sandbox.endpoint, {
    env: {
      FLYTE_AUTH_TYPE: "DeviceFlow",
      FLYTE_DEVICE_AUTHORIZATION_ENDPOINT: `${front.url}/device`,
    },
  });
  const { data, text } = await server.call("login");
  assertEquals(data.status, "error", text);
  assertEquals(thief.passed, []);
});

Deno.test("a redirect of discovery leads nobody elsewhere", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  await using thief = await startThief();
  await using front = await startFront(
    "",
    ({ path }) => ({ status: 307, location: `${thief.url}${path}` }),
  );
  await using server = await connectServer(sandbox.endpoint, {
    env: { ...CI, FLYTE_ISSUER: front.url },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.error.code, "config_invalid", text);
  assert(front.passed.length > 0);
  assertEquals(thief.passed, []);
});

Deno.test("a redirect carries neither a code nor a refresh token elsewhere", async () => {
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const redirectUri = `http://localhost:${free.addr.port}/callback`;
  free.close();
  await using sandbox = await startSandbox({
    auth: "device",
    seeded: false,
    client: { redirectUri },
    issuer: { refreshTokens: "always" },
  });
  await using thief = await startThief();
  let refusal: Refusal | null = null;
  await using front = await startFront(
    sandbox.issuer?.url ?? "",
    () => refusal,
  );
  await using server = await connectServer(sandbox.endpoint, {
    env: {
      FLYTE_AUTH_TYPE: "Pkce",
      FLYTE_TOKEN_ENDPOINT: `${front.url}/token`,
    },
  });
  const away = { status: 308, location: `${thief.url}/token` };
  const signIn = async () => {
    const { data } = await server.call("login");
    const address = await approveAuthorization(data.authorization_url);
    return await (await fetch(address)).text();
  };
  refusal = away;
  assertMatch(await signIn(), /Not logged in yet/);
  refusal = null;
  assertMatch(await signIn(), /You are logged in/);
  assertEquals((await server.call("list_projects")).data.status, "ok");
  refusal = away;
  sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await server.call("list_projects")).isError, true);
  assertEquals(front.passed.map(({ status }) => status), [308, 200, 308]);
  assertMatch(front.passed[2]?.body ?? "", /refresh_token=/);
  assertEquals(thief.passed, []);
});

Deno.test("a token is revoked at its issuer, or not at all", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  await using thief = await startThief();
  await bed.logIn();
  bed.sandbox.issuer?.faults.next("discovery", {
    kind: "set",
    fields: { revocation_endpoint: `${thief.url}/revoke` },
  }, { times: 10 });
  const { data } = await bed.call("logout");
  assertEquals([data.logged_out, data.revoked], [true, false]);
  assertEquals(thief.passed, []);
});
