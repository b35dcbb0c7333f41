import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { freeCallback, startLocked } from "../e2e/flow_bed.ts";
import { serve } from "../http/peer.ts";
import { diagnosed } from "./bed.ts";

Deno.test("the check of the metadata is fine when no login is published", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(check("auth_metadata").status, "ok");
  assertStringIncludes(check("auth_metadata").message, "No login is published");
});

Deno.test("the check of the metadata names the page that answers instead", async () => {
  await using page = await serve((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<title>Flyte Console</title>");
  });
  const { check } = await diagnosed({ env: { FLYTE_ENDPOINT: page.origin } });
  assertEquals(check("auth_metadata").status, "fail");
  assertStringIncludes(check("auth_metadata").message, `title "Flyte Console"`);
});

Deno.test("the check of the metadata asks to let the login's description through", async () => {
  await using sandbox = await startLocked();
  sandbox.ingress.faults.next("AuthMetadataService", {
    kind: "refuse",
    refusal: "connect_401",
  }, { times: 9 });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  const { status, next_step: next } = check("auth_metadata");
  assertEquals(status, "fail");
  assertStringIncludes(
    next ?? "",
    "AuthMetadataService through without a token",
  );
});

Deno.test("the check of the metadata names the call that fails, with its request", async () => {
  await using sandbox = await startLocked();
  sandbox.ingress.faults.next("GetPublicClientConfig", {
    kind: "status",
    status: 503,
  }, { times: 9 });
  const { check, for_admin } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(check("auth_metadata").status, "fail");
  assertStringIncludes(
    check("auth_metadata").message,
    "GetPublicClientConfig:",
  );
  assertStringIncludes(for_admin, "GetPublicClientConfig: unavailable");
  assertStringIncludes(for_admin, "requests request-1");
});

Deno.test("the check of the issuer warns when it has no document", async () => {
  await using sandbox = await startLocked();
  await using silent = await serve((_, response) => {
    response.writeHead(404).end();
  });
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: sandbox.endpoint,
      FLYTE_ISSUER: silent.origin,
      FLYTE_TOKEN_ENDPOINT: `${silent.origin}/token`,
    },
  });
  assertEquals(check("issuer").status, "warn");
});

Deno.test("the check of the device login asks for one code and never polls", async () => {
  await using sandbox = await startLocked();
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(check("login_device").status, "ok");
  const { issuer } = sandbox;
  assertEquals(
    issuer?.requests.map(({ endpoint }) => endpoint)
      .filter((endpoint) => endpoint === "device_authorization").length,
    1,
  );
  assertEquals(
    issuer?.requests.filter(({ endpoint }) => endpoint === "token"),
    [],
  );
});

for (
  const [configured, status] of [[null, "warn"], [
    "DeviceFlow",
    "fail",
  ]] as const
) {
  Deno.test(`the check of a device login that is refused gives "${status}" with ${configured ?? "nothing"} configured`, async () => {
    await using sandbox = await startLocked({
      client: { redirectUri: freeCallback() },
    });
    sandbox.issuer?.faults.next("device_authorization", {
      kind: "error",
      error: "unauthorized_client",
    });
    const { check, for_admin } = await diagnosed({
      env: {
        FLYTE_ENDPOINT: sandbox.endpoint,
        ...(configured && { FLYTE_AUTH_TYPE: configured }),
      },
    });
    assertEquals(check("login_device").status, status);
    assertStringIncludes(check("login_device").message, "unauthorized_client");
    assertStringIncludes(for_admin, "unauthorized_client");
  });
}

Deno.test("the check of the browser login warns when its way back is taken", async () => {
  const redirectUri = freeCallback();
  const { port } = new URL(redirectUri);
  await using sandbox = await startLocked({ client: { redirectUri } });
  using _ = Deno.listen({ hostname: "127.0.0.1", port: Number(port) });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(check("login_browser").status, "warn");
  assertStringIncludes(check("login_browser").message, "another program");
});

Deno.test("the check of the browser login lets go of its way back", async () => {
  const redirectUri = freeCallback();
  const { port } = new URL(redirectUri);
  await using sandbox = await startLocked({ client: { redirectUri } });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(check("login_browser").status, "ok");
  using _ = Deno.listen({ hostname: "127.0.0.1", port: Number(port) });
});

Deno.test("the check of the logins asks nobody where nobody can be asked", async () => {
  await using sandbox = await startLocked();
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint, CI: "true" },
  });
  assertEquals(check("login_device").status, "skipped");
  assertEquals(check("login_browser").status, "skipped");
  assertEquals(check("token").status, "fail");
  assertStringIncludes(check("token").message, "without a person to ask (CI)");
});

const SERVICE = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

Deno.test("the check of a client secret gets a token, and calls work with it", async () => {
  await using sandbox = await startLocked();
  const { check, status } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint, ...SERVICE },
  });
  assertEquals(check("login_client_secret").status, "ok");
  assertEquals(check("login_device").status, "skipped");
  assertEquals(check("token").status, "ok");
  assertEquals(check("projects").status, "ok");
  assertEquals(status, "ok");
});

Deno.test("the check of a client secret fails for a wrong one, and does not show it", async () => {
  await using sandbox = await startLocked();
  const wrong = "made-up-wrong-secret";
  const diagnosis = await diagnosed({
    env: {
      FLYTE_ENDPOINT: sandbox.endpoint,
      ...SERVICE,
      FLYTE_CLIENT_SECRET: wrong,
    },
  });
  const { status, message } = diagnosis.check("login_client_secret");
  assertEquals(status, "fail");
  assertStringIncludes(message, "invalid_client");
  assertStringIncludes(diagnosis.for_admin, "invalid_client");
  assert(!JSON.stringify(diagnosis).includes(wrong));
});

Deno.test("the check of a command fails with what it complained of", async () => {
  await using sandbox = await startLocked();
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: sandbox.endpoint,
      FLYTE_COMMAND: `["sh","-c","echo session over >&2; exit 3"]`,
    },
  });
  const { status, message } = check("login_command");
  assertEquals(status, "fail");
  assertStringIncludes(message, "exit 3");
  assertStringIncludes(message, "session over");
});
