/** The doctor as a whole: what is checked, in which order, and what it costs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MemoryLoginStore } from "../../src/auth/store/memory_login_store.ts";
import { startLocked } from "../e2e/flow_bed.ts";
import { fastClock, openTestBed } from "../harness.ts";
import { serve } from "../http/peer.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { freeCallback } from "../e2e/flow_bed.ts";
import { diagnosed, statuses } from "./bed.ts";

const NAMES = [
  ...["config", "permissions", "dns", "tcp", "tls", "proxy", "clock"],
  ...["auth_metadata", "issuer", "login_device", "login_browser"],
  ...["login_client_secret", "login_command", "token", "store", "keychain"],
  ...["identity", "projects", "backend", "round_trips"],
];

Deno.test("diagnose() finds nothing wrong with an open Flyte", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const diagnosis = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(diagnosis.checks.map(({ name }) => name), NAMES);
  assertEquals(diagnosis.status, "ok", JSON.stringify(diagnosis, null, 2));
  const skipped = new Set([
    ...["dns", "issuer", "login_device", "login_browser"],
    ...["login_client_secret", "login_command", "token", "keychain"],
  ]);
  for (const { name, status, took_ms, next_step } of diagnosis.checks) {
    assertEquals(status, skipped.has(name) ? "skipped" : "ok", name);
    assertEquals(took_ms === null, skipped.has(name), name);
    assertEquals(next_step, null, name);
  }
});

Deno.test("diagnose() warns of nothing but the missing login before a login", async () => {
  await using sandbox = await startLocked({
    client: { redirectUri: freeCallback() },
  });
  const diagnosis = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertEquals(diagnosis.status, "warn");
  const { token, identity, projects } = statuses(diagnosis);
  assertEquals({ token, identity, projects }, {
    token: "warn",
    identity: "skipped",
    projects: "skipped",
  });
  assertStringIncludes(diagnosis.for_admin, "nothing fails");
});

for (
  const [name, env] of Object.entries({
    "nothing is configured": {},
    "a token should be got first": { FLYTE_MCP_AUTH_FIRST: "true" },
    "the device login is configured": { FLYTE_AUTH_TYPE: "DeviceFlow" },
    "the browser login is configured": { FLYTE_AUTH_TYPE: "Pkce" },
  })
) {
  Deno.test(`diagnose() starts no login when ${name}`, async () => {
    await using sandbox = await startLocked({
      client: { redirectUri: freeCallback() },
    });
    const opened: string[] = [];
    const logins = new MemoryLoginStore();
    const { check } = await diagnosed({
      env: {
        FLYTE_ENDPOINT: sandbox.endpoint,
        FLYTE_MCP_OPEN_BROWSER: "true",
        ...env,
      },
      machine: { logins, openBrowser: (url) => void opened.push(url) },
    });
    assertEquals(check("token").status, "warn");
    assertEquals(opened, []);
    assertEquals(await logins.identities(sandbox.endpoint), []);
    const grants = sandbox.issuer?.requests
      .filter(({ endpoint }) => endpoint === "token");
    assertEquals(grants, []);
  });
}

Deno.test("diagnose() uses the login there is, and renews none", async () => {
  await using bed = await openTestBed();
  await bed.logIn();
  const grants = () =>
    bed.sandbox.issuer?.requests.filter(({ endpoint, status }) =>
      endpoint === "token" && status === 200
    ).length;
  const before = grants();
  const { data } = await bed.call("doctor");
  const byName = statuses(data);
  assertEquals(byName.token, "ok");
  assertEquals(byName.identity, "ok");
  assertEquals(byName.projects, "ok");
  assertEquals(grants(), before);
});

Deno.test("diagnose() says what is late and ends in half a minute", async () => {
  await using silent = await serve(() => {});
  // Seconds pass twenty times as fast; sockets do not notice.
  const clock = fastClock(20);
  const start = clock.now();
  const diagnosis = await diagnosed({
    env: { FLYTE_ENDPOINT: silent.origin },
    clock,
  });
  assert(clock.now() - start < 31_000);
  assertEquals(diagnosis.status, "fail");
  const { status, message } = diagnosis.check("auth_metadata");
  assertEquals(status, "fail");
  assertEquals(message, "This check did not end within 7 s.");
  assertEquals(diagnosis.check("projects").status, "skipped");
});

Deno.test("diagnose() makes all checks when no endpoint is set", async () => {
  const diagnosis = await diagnosed({});
  assertEquals(diagnosis.checks.map(({ name }) => name), NAMES);
  assertEquals(diagnosis.check("config").status, "fail");
  assertStringIncludes(diagnosis.for_admin, "at no endpoint: fails: config");
});
