/** login, auth_status and logout, apart from the login itself. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { approve, openTestBed } from "../harness.ts";
import { openEmpty } from "./beds.ts";
import { impatientClock } from "./clocks.ts";

const LOCKED = { sandbox: { seeded: false } };
const PASSTHROUGH = { env: { FLYTE_ACCESS_TOKEN: "opaque-made-up-token" } };
const SERVICE = {
  ...LOCKED,
  env: {
    FLYTE_CLIENT_ID: CI_CLIENT.clientId,
    FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
  },
};

Deno.test("auth_status says that nobody is logged in and nothing pending", async () => {
  await using bed = await openTestBed(LOCKED);
  const { data, text } = await bed.call("auth_status", { wait_seconds: 25 });
  assertEquals(data, {
    status: "ok",
    logged_in: false,
    login: "none",
    endpoint: bed.sandbox.endpoint,
    ignored_settings: [],
  });
  assertMatch(text, /^Not logged in to .*, and nothing is pending\./);
});

Deno.test("auth_status shows a pending login in full, and what waits for it", async () => {
  await using bed = await openTestBed(LOCKED);
  const asked = await bed.call("list_projects");
  const { data, text, isError } = await bed.call("auth_status");
  assertEquals(isError, false);
  assertEquals(data.logged_in, false);
  assertEquals(data.login, "pending");
  for (
    const key of [
      "user_code",
      "verification_uri",
      "verification_uri_complete",
      "expires_at",
      "issuer_host",
      "method",
    ]
  ) assertEquals(data[key], asked.data[key], key);
  assertStringIncludes(data.say_to_user, data.user_code);
  assertEquals(data.then_repeat, "list_projects");
  assertMatch(text, /^LOGIN STILL PENDING: .* If you have waited twice/);
});

Deno.test("auth_status waits no longer than it is told to", async () => {
  const clock = impatientClock();
  await using bed = await openTestBed({ ...LOCKED, clock });
  await bed.call("login");
  const { data } = await bed.call("auth_status", { wait_seconds: 7.5 });
  assertEquals(data.login, "pending");
  assert(clock.paused.includes(7.5), `${clock.paused}`);
});

Deno.test("auth_status ends its wait when the person has approved", async () => {
  await using bed = await openTestBed(LOCKED);
  const asked = await bed.call("login");
  const status = bed.call("auth_status", { wait_seconds: 25 });
  await approve(asked);
  const { data } = await status;
  assertEquals(data.logged_in, true);
});

Deno.test("auth_status tells a login from beginning to end", async () => {
  await using bed = await openTestBed(LOCKED);
  await bed.logIn();
  const { data, text } = await bed.call("auth_status");
  const { token, ...rest } = data;
  assertEquals(rest, {
    status: "ok",
    logged_in: true,
    login: "done",
    endpoint: bed.sandbox.endpoint,
    auth_type: "DeviceFlow",
    then_repeat: null,
    ignored_settings: [],
  });
  const { obtained_at: from, expires_at: until, ...facts } = token;
  assertEquals(facts, {
    source: "device login",
    issuer_host: new URL(bed.sandbox.issuer?.url ?? "").host,
    subject: "sandbox-ada",
    name: "Ada Example",
    email: "ada@example.com",
    renewable: true,
    kept_in: "memory of this process",
    kept_in_note: null,
  });
  assertEquals(Math.round((Date.parse(until) - Date.parse(from)) / 1000), 3600);
  assertMatch(text, /Token until \d\d:\d\d [+-]\d\d:\d\d, renewed by itself\./);
});

Deno.test("auth_status sends to the tool that waited once, and then no more", async () => {
  await using bed = await openTestBed(LOCKED);
  await approve(await bed.call("list_projects"));
  const first = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(first.data.then_repeat, "list_projects");
  assertMatch(first.text, /Tell the person, then repeat list_projects\./);
  const second = await bed.call("auth_status");
  assertEquals(second.data.then_repeat, null);
  assertNotMatch(second.text.split("\n")[0] ?? "", /repeat/);
});

Deno.test("auth_status tells where a token that was given came from, and not what it is", async () => {
  await using bed = await openEmpty(PASSTHROUGH);
  const { data, text } = await bed.call("auth_status");
  assertEquals(data.logged_in, true);
  assertEquals(data.auth_type, "Passthrough");
  assertEquals(data.token.source, "FLYTE_ACCESS_TOKEN");
  assertEquals(data.token.renewable, false);
  assertEquals(data.token.expires_at, null);
  assertNotMatch(JSON.stringify(data) + text, /opaque-made-up-token/);
});

for (const tool of ["auth_status", "login"]) {
  Deno.test(`${tool} does not call a token a login that has run out`, async () => {
    const claims = { sub: "00u1ab", exp: 1_700_000_000 };
    const payload = new TextEncoder().encode(JSON.stringify(claims))
      .toBase64({ alphabet: "base64url", omitPadding: true });
    await using bed = await openEmpty({
      env: { FLYTE_ACCESS_TOKEN: `e30.${payload}.made-up` },
    });
    const { data, text } = await bed.call(tool);
    assertEquals(data.logged_in, false);
    assertEquals(data.token.expires_at, "2023-11-14T22:13:20Z");
    assertMatch(text, /ran out at 2023-11-14T22:13:20Z/);
    assertNotMatch(text, /^Logged in/);
  });
}

Deno.test("auth_status asks neither Flyte nor the issuer", async () => {
  await using bed = await openTestBed(LOCKED);
  await bed.call("auth_status");
  assertEquals(bed.sandbox.ingress.requests.length, 0);
  assertEquals(bed.sandbox.issuer?.requests.length, 0);
});

for (const deny of [true, false]) {
  Deno.test(`auth_status says that a login ${deny ? "was denied" : "expired"}, as often as it is asked`, async () => {
    await using bed = await openTestBed({
      sandbox: {
        seeded: false,
        issuer: { deviceCodeSeconds: deny ? 600 : 1 },
      },
    });
    const asked = await bed.call("login");
    if (deny) await approve(asked, { deny: true });
    for (let calls = 0; calls < 2; calls++) {
      const { data, isError } = await bed.call("auth_status", {
        wait_seconds: 10,
      });
      assertEquals(isError, true);
      assertEquals(data.error.code, deny ? "login_denied" : "login_expired");
      assertEquals(data.error.fix_by, "person");
    }
  });
}

Deno.test("login gives the same code until it is used up", async () => {
  await using bed = await openTestBed(LOCKED);
  const codes: string[] = [];
  for (let calls = 0; calls < 3; calls++) {
    codes.push((await bed.call("login")).data.user_code);
  }
  assertEquals(new Set(codes).size, 1);
  await bed.call("logout");
  const { data } = await bed.call("login");
  assert(!codes.includes(data.user_code));
  assertEquals(data.flow, "new");
});

Deno.test("login of a service logs it in, without a person", async () => {
  await using bed = await openTestBed(SERVICE);
  const { data, text } = await bed.call("login");
  assertEquals(data.status, "ok");
  assertEquals(data.logged_in, true);
  assertEquals(data.auth_type, "ClientSecret");
  assertEquals(data.token.source, "FLYTE_CLIENT_SECRET");
  assertMatch(text, /^Logged in to .* as flyte-ci /);
});

Deno.test("login of a service whose secret is wrong says whose", async () => {
  await using bed = await openTestBed({
    ...LOCKED,
    env: { FLYTE_CLIENT_ID: "flyte-ci", FLYTE_CLIENT_SECRET: "wrong-made-up" },
  });
  for (const tool of ["login", "list_projects"]) {
    const { data, text } = await bed.call(tool);
    assertEquals(data.error.code, "credentials_required");
    assertStringIncludes(text, "FLYTE_CLIENT_SECRET");
    assertNotMatch(text, /wrong-made-up/);
  }
});

Deno.test("login where a token is set says so", async () => {
  await using bed = await openEmpty(PASSTHROUGH);
  const { data, text } = await bed.call("login");
  assertEquals(data.logged_in, true);
  assertStringIncludes(text, "FLYTE_ACCESS_TOKEN");
});

Deno.test("login is not needed where none is published", async () => {
  await using bed = await openEmpty();
  const { data, text } = await bed.call("login");
  assertEquals(data, {
    status: "ok",
    logged_in: false,
    login: "not_needed",
    endpoint: bed.sandbox.endpoint,
  });
  assertMatch(text, /publishes no login.*whoami/);
});

Deno.test("login is unavailable while the issuer is down, and works when it is back", async () => {
  await using bed = await openTestBed(LOCKED);
  bed.sandbox.issuer?.faults.next("device_authorization", {
    kind: "status",
    status: 503,
  });
  const down = await bed.call("login");
  assertEquals(down.data.error.code, "unavailable");
  assertEquals((await bed.call("login")).data.flow, "new");
});

Deno.test("logout says that there was nothing to forget", async () => {
  await using bed = await openTestBed(LOCKED);
  const { data, text } = await bed.call("logout");
  assertEquals(data, {
    status: "ok",
    logged_out: false,
    revoked: false,
    pending_login_cancelled: false,
  });
  assertMatch(text, /^Nobody was logged in to /);
});

Deno.test("logout forgets a login and revokes it, and once is enough", async () => {
  await using bed = await openTestBed(LOCKED);
  await bed.logIn();
  const first = await bed.call("logout");
  assertEquals(first.data.logged_out, true);
  assertEquals(first.data.revoked, true);
  assertMatch(
    first.text,
    /^Logged out of .*; the issuer has revoked the token\./,
  );
  const second = await bed.call("logout");
  assertEquals(second.data.logged_out, false);
  assertEquals((await bed.call("auth_status")).data.logged_in, false);
});

Deno.test("logout forgets a login that the issuer does not revoke", async () => {
  await using bed = await openTestBed(LOCKED);
  await bed.logIn();
  bed.sandbox.issuer?.faults.next("revocation", {
    kind: "status",
    status: 503,
  });
  const { data, isError } = await bed.call("logout");
  assertEquals(isError, false);
  assertEquals([data.logged_out, data.revoked], [true, false]);
  assertEquals((await bed.call("whoami")).data.status, "login_required");
});

Deno.test("logout cannot forget a token that is set, and says so", async () => {
  await using bed = await openEmpty(PASSTHROUGH);
  const { data, text } = await bed.call("logout");
  assertEquals(data.logged_out, false);
  assertMatch(text, /FLYTE_ACCESS_TOKEN stays set, so/);
  assertEquals((await bed.call("auth_status")).data.logged_in, true);
});
