import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { openEmpty, serveFlyte } from "./beds.ts";

/** A token as issuers make them, signed by nobody. */
function jwtOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  return [part({ alg: "none" }), part(claims), "made-up"].join(".");
}

/** A Flyte that takes every token and names nobody. */
async function serveNameless() {
  return await serveFlyte((router) => {
    router.service(IdentityService, {
      userInfo() {
        throw new ConnectError("no identity", Code.Unauthenticated);
      },
    });
    router.service(ProjectService, { listProjects: () => ({}) });
  });
}

Deno.test("whoami knows who logged in, where, and until when", async () => {
  await using bed = await openTestBed({
    sandbox: { seeded: false },
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_DOMAIN: "production" },
  });
  await bed.logIn();
  const { data, text } = await bed.call("whoami");
  const { token_expires_at: expires, ...rest } = data;
  assertEquals(rest, {
    status: "ok",
    identity: "known",
    subject: "sandbox-ada",
    name: "Ada Example",
    email: "ada@example.com",
    endpoint: bed.sandbox.endpoint,
    auth_type: "DeviceFlow",
    project: "ml-prod",
    domain: "production",
    scope_source: { project: "FLYTE_PROJECT", domain: "FLYTE_DOMAIN" },
  });
  const minutes = (Date.parse(expires) - Date.now()) / 60_000;
  assert(minutes > 55 && minutes <= 60, expires);
  const { host } = new URL(bed.sandbox.endpoint);
  assertMatch(text, /^You act on .* as ada@example\.com\./);
  assertStringIncludes(text, host);
});

Deno.test("whoami names a service by its subject", async () => {
  await using bed = await openTestBed({
    sandbox: { seeded: false },
    env: {
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
    },
  });
  const { data, text } = await bed.call("whoami");
  assertEquals(data.identity, "known", text);
  assertEquals(data.subject, "flyte-ci");
  assertEquals([data.name, data.email], [null, null]);
  assertEquals(data.auth_type, "ClientSecret");
  assertMatch(text, / as flyte-ci\./);
});

Deno.test("whoami says that an opaque token works and names nobody", async () => {
  await using bed = await openEmpty({
    env: { FLYTE_ACCESS_TOKEN: "opaque-made-up-token" },
  });
  const { data, text, isError } = await bed.call("whoami");
  assertEquals(isError, false, text);
  assertEquals(data.identity, "not_reported");
  assertEquals([data.subject, data.name, data.email], [null, null, null]);
  assertEquals("claims_unverified" in data, false);
  assertEquals(data.auth_type, "Passthrough");
  assertEquals(data.token_expires_at, null);
  assertMatch(text, /reports no name\./);
  assertNotMatch(text, /opaque-made-up-token/);
});

Deno.test("whoami shows what a token says of itself as unverified", async () => {
  await using flyte = await serveNameless();
  await using server = await connectServer(flyte.url, {
    env: {
      FLYTE_ACCESS_TOKEN: jwtOf({
        sub: "00u1ab",
        name: "Ada Example",
        email: "ada@example.com",
        exp: 4_000_000_000,
      }),
    },
  });
  const { data, text } = await server.call("whoami");
  assertEquals(data.identity, "not_reported");
  assertEquals(data.claims_unverified, true);
  assertEquals(data.subject, "00u1ab");
  assertEquals(data.email, "ada@example.com");
  assertEquals(data.token_expires_at, "2096-10-02T07:06:40Z");
  assertMatch(text, /the token says ada@example\.com, unchecked/);
});

Deno.test("whoami is anonymous where no login is published", async () => {
  await using bed = await openEmpty();
  const { data, text } = await bed.call("whoami");
  assertEquals(data, {
    status: "ok",
    identity: "anonymous",
    subject: null,
    name: null,
    email: null,
    endpoint: bed.sandbox.endpoint,
    auth_type: null,
    project: null,
    domain: "development",
    scope_source: { project: null, domain: "default" },
    token_expires_at: null,
  });
  assertMatch(text, /needs no login: you act anonymously\./);
});

Deno.test("whoami is anonymous where Flyte has no identity service at all", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(ProjectService, { listProjects: () => ({}) })
  );
  await using server = await connectServer(flyte.url);
  // Only an origin that has spoken Connect is known to be a Flyte.
  await server.call("list_projects");
  const { data, text } = await server.call("whoami");
  assertEquals(data.identity, "anonymous", text);
});

Deno.test("whoami is anonymous where a login is published and nobody asks for it", async () => {
  await using flyte = await serveFlyte((router) => {
    router.service(AuthMetadataService, {
      getOAuth2Metadata: () => ({ issuer: "https://acme.example.com" }),
      getPublicClientConfig: () => ({ clientId: "flyte-cli" }),
    });
    router.service(IdentityService, {
      userInfo() {
        throw new ConnectError("no identity", Code.Unauthenticated);
      },
    });
    router.service(ProjectService, { listProjects: () => ({}) });
  });
  await using server = await connectServer(flyte.url);
  assertEquals((await server.call("whoami")).data.identity, "anonymous");
});

Deno.test("whoami knows nobody of whom Flyte says nothing", async () => {
  await using flyte = await serveFlyte((router) => {
    router.service(IdentityService, { userInfo: () => ({}) });
    router.service(ProjectService, { listProjects: () => ({}) });
  });
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_ACCESS_TOKEN: "opaque-made-up-token" },
  });
  const { data, text } = await server.call("whoami");
  assertEquals(data.identity, "not_reported");
  assertNotMatch(text.split("\n")[0] ?? "", /null|undefined| as \./);
});

Deno.test("whoami is unavailable when the issuer cannot start a login", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  bed.sandbox.issuer?.faults.next(
    "device_authorization",
    { kind: "status", status: 503, retryAfter: 7 },
    { times: 20 },
  );
  const { data, isError } = await bed.call("whoami");
  assertEquals(isError, true);
  assertEquals(data.error.code, "unavailable");
  assertEquals(data.error.fix_by, "retry");
  assertEquals(data.error.retry_after_s, 7);
  const { host } = new URL(bed.sandbox.issuer?.url ?? "");
  assertStringIncludes(data.error.message, host);
});

Deno.test("whoami passes a refusal of Flyte on, and does not call it anonymous", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(IdentityService, {
      userInfo() {
        throw new ConnectError("not you", Code.PermissionDenied);
      },
    })
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("whoami");
  assertEquals(data.error.code, "permission_denied");
  assertEquals(data.error.fix_by, "admin");
});
