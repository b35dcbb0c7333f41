/**
 * Several processes with one login. The SDK's transport keeps a kill timer
 * running after close(), so this file's sanitizers are off.
 */
import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { freePort } from "../free_port.ts";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { approve, type Called } from "../harness.ts";
import type { Spawned } from "./spawn.ts";
import { makeLoginFolder } from "./stored.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const ISSUER = { interval: 0.1, enforceInterval: false } as const;

/** How often the issuer was asked for a grant. */
function granted({ issuer }: Sandbox, grant: string): number {
  return issuer?.requests.filter((asked) =>
    asked.grant === grant && asked.status === 200
  ).length ?? 0;
}

/** How many device codes the issuer gave out. */
function codesOf({ issuer }: Sandbox): number {
  return issuer?.requests.filter(({ endpoint }) =>
    endpoint === "device_authorization"
  ).length ?? 0;
}

async function logIn(server: Spawned): Promise<void> {
  await approve(await server.call("login"));
  const { data } = await server.call("auth_status", { wait_seconds: 20 });
  assertEquals(data.logged_in, true);
}

Deno.test("a second process uses the first one's login", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using first = await folder.spawn({ env });
  await logIn(first);
  await using second = await folder.spawn({ env, generation: "old" });
  const who = await second.call("whoami");
  assertEquals(who.data.email, "ada@example.com", who.text);
  const status = await second.call("auth_status");
  assertEquals(status.data.token.kept_in, `${folder.path}/tokens`);
  assertEquals(codesOf(sandbox), 1);
  assertEquals(first.stderr() + second.stderr(), "");
});

Deno.test("auth_status of a new process tells of the login that another one made", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using first = await folder.spawn({ env });
  await logIn(first);
  await using second = await folder.spawn({ env });
  const { data } = await second.call("auth_status");
  assertEquals([data.logged_in, data.token.email], [true, "ada@example.com"]);
});

Deno.test("eight processes with one expired, rotating token: one renewal, eight that work", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using stack = new AsyncDisposableStack();
  const servers = await Promise.all(
    Array.from({ length: 8 }, () => folder.spawn({ env })),
  );
  servers.forEach((server) => stack.use(server));
  const [first] = servers;
  if (first) await logIn(first);
  await folder.expireToken();
  const answers = await Promise.all(
    servers.map((server) => server.call("whoami")),
  );
  assertEquals(
    answers.map(({ data }) => data.email),
    Array(8).fill("ada@example.com"),
    answers.map(({ text }) => text).join("\n"),
  );
  assertEquals(granted(sandbox, "refresh_token"), 1);
  assertEquals(codesOf(sandbox), 1);
});

Deno.test("four processes show one code, and the login survives the one that polls", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using stack = new AsyncDisposableStack();
  const poller = await folder.spawn({ env });
  const asked: Called[] = [await poller.call("whoami")];
  const others: Spawned[] = [];
  for (let n = 0; n < 3; n++) {
    const other = stack.use(await folder.spawn({ env }));
    others.push(other);
    asked.push(await other.call("whoami"));
  }
  const codes = new Set(asked.map(({ data }) => data.user_code));
  assertEquals(codes.size, 1);
  for (const { text } of asked) assertStringIncludes(text, "LOGIN REQUIRED");
  Deno.kill(poller.pid, "SIGKILL");
  await poller.client.close();
  const [one] = asked;
  if (one) await approve(one);
  for (const other of others) {
    const status = await other.call("auth_status", { wait_seconds: 20 });
    assertEquals(status.data.logged_in, true, status.text);
    assertEquals((await other.call("whoami")).data.email, "ada@example.com");
  }
  assertEquals(granted(sandbox, "device_code"), 1);
  assertEquals(codesOf(sandbox), 1);
});

Deno.test("a host that is restarted in the middle of a login goes on with it", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  let asked: Called;
  {
    await using before = await folder.spawn({ env });
    asked = await before.call("whoami");
  }
  await using after = await folder.spawn({ env });
  const again = await after.call("whoami");
  assertEquals(again.data.user_code, asked.data.user_code);
  await approve(again);
  const status = await after.call("auth_status", { wait_seconds: 20 });
  assertEquals(status.data.logged_in, true, status.text);
});

Deno.test("a login that was approved while no process ran is there for the first call", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  {
    await using before = await folder.spawn({ env });
    const asked = await before.call("whoami");
    Deno.kill(before.pid, "SIGKILL");
    await approve(asked);
  }
  await using after = await folder.spawn({ env });
  const who = await after.call("whoami");
  assertEquals(who.data.email, "ada@example.com", who.text);
});

Deno.test("a logout holds for every process", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using first = await folder.spawn({ env });
  await using second = await folder.spawn({ env });
  await logIn(first);
  assertEquals((await second.call("whoami")).data.identity, "known");
  const out = await second.call("logout");
  assertEquals([out.data.logged_out, out.data.revoked], [true, true]);
  const asked = await first.call("whoami");
  assertEquals(asked.data.status, "login_required", asked.text);
});

Deno.test("a denial is told by every process that showed the code", async () => {
  await using sandbox = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using first = await folder.spawn({ env });
  await using second = await folder.spawn({ env });
  const asked = await first.call("whoami");
  await second.call("whoami");
  await approve(asked, { deny: true });
  for (const server of [first, second]) {
    const status = await server.call("auth_status", { wait_seconds: 20 });
    assertEquals(status.data.error?.code, "login_denied", status.text);
  }
});

Deno.test("another method chosen in one process is what the others show next", async () => {
  await using sandbox = await startSandbox({
    auth: "device",
    issuer: ISSUER,
    client: { redirectUri: `http://localhost:${freePort()}/callback` },
  });
  await using folder = await makeLoginFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  await using first = await folder.spawn({ env });
  await using second = await folder.spawn({ env });
  assertEquals((await first.call("whoami")).data.method, "device");
  assertEquals((await second.call("whoami")).data.method, "device");
  const chosen = await first.call("login", { method: "browser" });
  // The second one looks every second whether its login is still the one.
  await second.call("auth_status", { wait_seconds: 5 });
  const shown = await second.call("login");
  assertEquals(shown.data.authorization_url, chosen.data.authorization_url);
  // The address that the person copies may be pasted into either.
  const address = await approveAuthorization(chosen.data.authorization_url);
  const done = await second.call("login", { callback_url: address });
  assertEquals(done.data.logged_in, true, done.text);
  assertEquals((await first.call("whoami")).data.email, "ada@example.com");
});

Deno.test("servers for two endpoints keep their logins apart", async () => {
  await using one = await startSandbox({ auth: "device", issuer: ISSUER });
  await using two = await startSandbox({ auth: "device", issuer: ISSUER });
  await using folder = await makeLoginFolder();
  await using first = await folder.spawn({
    env: { FLYTE_ENDPOINT: one.endpoint },
  });
  await logIn(first);
  await using second = await folder.spawn({
    env: { FLYTE_ENDPOINT: two.endpoint },
  });
  const asked = await second.call("whoami");
  assertEquals(asked.data.status, "login_required");
  assertNotEquals(asked.data.issuer_host, new URL(one.issuer?.url ?? "").host);
  assertEquals(two.ingress.requests.filter(({ token }) => token).length, 0);
});
