import { assert, assertEquals, assertMatch } from "@std/assert";
import { approve, openTestBed } from "../harness.ts";

Deno.test("whoami asks for a login, and answers once the person approved", async () => {
  await using bed = await openTestBed();
  const asked = await bed.call("whoami");
  assertEquals(asked.isError, true);
  assertEquals(asked.data.status, "login_required");
  assertEquals(asked.data.flow, "new");
  assertEquals(asked.data.then_repeat, "whoami");
  await approve(asked);
  const status = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(status.data.logged_in, true);
  assertMatch(
    status.text,
    /^Logged in to .* as ada@example\.com .* then repeat whoami\./,
  );
  const answer = await bed.call("whoami");
  assertEquals(answer.data.identity, "known");
  assertEquals(answer.data.email, "ada@example.com");
});

Deno.test("whoami works without auth_status after the approval", async () => {
  await using bed = await openTestBed();
  await approve(await bed.call("whoami"));
  let answer = await bed.call("whoami");
  for (let tries = 0; answer.isError && tries < 100; tries++) {
    answer = await bed.call("auth_status", { wait_seconds: 1 });
  }
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

Deno.test("callers at the same time share one login and one code", async () => {
  await using bed = await openTestBed();
  const answers = await Promise.all([
    bed.call("whoami"),
    bed.call("list_projects"),
    bed.call("get_run", { run: "r1" }),
    bed.call("login"),
  ]);
  assertEquals(new Set(answers.map(({ data }) => data.user_code)).size, 1);
  const later = await bed.call("list_projects");
  assertEquals(later.data.user_code, answers[0].data.user_code);
  assertEquals(later.data.flow, "pending");
  assertMatch(
    later.text,
    /^LOGIN STILL PENDING: .* code .* for 10 more minutes/,
  );
  const started = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(started?.length, 1);
});

Deno.test("a login goes on while the issuer says that it is pending", async () => {
  await using bed = await openTestBed();
  bed.sandbox.issuer?.faults.next("token", {
    kind: "error",
    error: "authorization_pending",
  });
  const asked = await bed.call("whoami");
  await approve(asked);
  const status = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(status.data.logged_in, true);
});

Deno.test("a denied login stays denied until login is called", async () => {
  await using bed = await openTestBed();
  await approve(await bed.call("whoami"), { deny: true });
  const status = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(status.data.error.code, "login_denied");
  const refused = await bed.call("list_projects");
  assertEquals(refused.data.error.code, "login_denied");
  const again = await bed.call("login");
  assertEquals(again.data.flow, "new");
  assertEquals(again.isError, false);
});

Deno.test("an expired code is told by auth_status, and a tool gets a new one", async () => {
  await using bed = await openTestBed({
    sandbox: { issuer: { deviceCodeSeconds: 1 } },
  });
  const first = await bed.call("whoami");
  const status = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(status.data.error.code, "login_expired");
  const second = await bed.call("whoami");
  assertEquals(second.data.flow, "new");
  assert(second.data.user_code !== first.data.user_code);
});

Deno.test("logout cancels a pending login, and the old code is worth nothing", async () => {
  await using bed = await openTestBed();
  const asked = await bed.call("whoami");
  const out = await bed.call("logout");
  assertEquals(out.data, {
    status: "ok",
    logged_out: false,
    revoked: false,
    pending_login_cancelled: true,
  });
  await approve(asked);
  const status = await bed.call("auth_status", { wait_seconds: 1 });
  assertEquals(status.data.logged_in, false);
});

Deno.test("logout forgets and revokes the token", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  const out = await bed.call("logout");
  assertEquals(out.data.logged_out, true);
  assertEquals(out.data.revoked, true);
  assertEquals((await bed.call("whoami")).data.status, "login_required");
});

Deno.test("login says as whom when somebody is logged in", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  const again = await bed.call("login");
  assertMatch(again.text, /^Logged in to .* as ada@example\.com/);
  assertEquals(again.data.logged_in, true);
});

Deno.test("login says that none is needed where none is published", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  const answer = await bed.call("login");
  assertEquals(answer.data.login, "not_needed");
  assertEquals((await bed.call("whoami")).data.identity, "anonymous");
});

Deno.test("a configured DeviceFlow that the issuer refuses is grant_not_allowed", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_CLIENT_ID: "flyte-browser", FLYTE_AUTH_TYPE: "DeviceFlow" },
  });
  const { data, text } = await bed.call("whoami");
  assertEquals(data.error.code, "grant_not_allowed");
  assertEquals(data.error.fix_by, "admin");
  assertMatch(text, /"flyte-browser" \(unauthorized_client\)/);
  assertMatch(text, /login \{"method":"browser"\}/);
});

Deno.test("a token is refreshed before it runs out, once for all callers", async () => {
  await using bed = await openTestBed({
    sandbox: { issuer: { accessTokenSeconds: 2 } },
  });
  await bed.logIn();
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 2100);
  await promise;
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => bed.call("list_projects")),
  );
  assertEquals(answers.map(({ isError }) => isError), Array(5).fill(false));
  const refreshes = bed.sandbox.issuer?.requests
    .filter(({ grant }) => grant === "refresh_token");
  assertEquals(refreshes?.length, 1);
});

Deno.test("a token that the ingress takes no more is refreshed once and the call repeated", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  await bed.call("list_projects");
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("a fresh token that is refused gives token_rejected, never another login", async () => {
  await using bed = await openTestBed();
  await approve(await bed.call("whoami"));
  await bed.call("auth_status", { wait_seconds: 10 });
  bed.sandbox.ingress.faults.next("Project", {
    kind: "refuse",
    refusal: "connect_401",
  }, { times: 3 });
  for (let calls = 0; calls < 3; calls++) {
    const answer = await bed.call("list_projects");
    assertEquals(answer.data.error.code, "token_rejected");
  }
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("invalid_grant at a refresh leads to a new login", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  await bed.call("list_projects");
  bed.sandbox.issuer?.faults.next("token", {
    kind: "error",
    error: "invalid_grant",
  });
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  const answer = await bed.call("list_projects");
  assertEquals(answer.data.status, "login_required");
});

Deno.test("an issuer that is down at a refresh costs a retry, not the login", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  await bed.call("list_projects");
  const refuse = () =>
    bed.sandbox.ingress.faults.next("ListProjects", {
      kind: "refuse",
      refusal: "connect_401",
    });
  bed.sandbox.issuer?.faults.next("token", { kind: "status", status: 503 });
  refuse();
  const down = await bed.call("list_projects");
  assertEquals(down.data.error.code, "unavailable");
  assertEquals(down.data.error.fix_by, "retry");
  refuse();
  assertEquals((await bed.call("list_projects")).isError, false);
});
