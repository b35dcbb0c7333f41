import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandResult } from "../../src/auth/command.ts";
import { createKeychainReader } from "../../src/auth/keychain.ts";
import { readFlyteCliToken } from "../../src/auth/flyte_cli_token.ts";
import { MemoryLoginStore } from "../../src/auth/store/memory_login_store.ts";
import { approve, connectServer, openTestBed } from "../harness.ts";

const { signal } = new AbortController();

/** A reader on a machine whose program answers this. */
function openKeychain(
  result: CommandResult,
  os: typeof Deno.build.os = "darwin",
) {
  const reports: string[] = [];
  const asked: (readonly string[])[] = [];
  const read = createKeychainReader({
    run: (argv) => {
      asked.push(argv);
      return Promise.resolve(result);
    },
    os,
    now: () => 0,
    report: (message) => reports.push(message),
  });
  return { read, reports, asked };
}

const ENTRY = JSON.stringify({
  access_token: "made-up-cli-token",
  refresh_token: "made-up-cli-refresh-token",
});

function ended(code: number, stdout = "", stderr = ""): CommandResult {
  return { kind: "ended", code, stdout, stderr };
}

Deno.test("the keychain of macOS is asked by its own program", async () => {
  const { read, asked } = openKeychain(ended(0, `${ENTRY}\n`));
  const token = await read("https://flyte.example.com:8443/x", signal);
  assertEquals(token?.accessToken.reveal(), "made-up-cli-token");
  assertEquals(asked, [[
    ...["/usr/bin/security", "find-generic-password"],
    ...["-s", "flyte.example.com:8443/x", "-a", "tokens", "-w"],
  ]]);
});

Deno.test("the keychain of Linux is asked by secret-tool", async () => {
  const { read, asked } = openKeychain(ended(0, ENTRY), "linux");
  const token = await read("http://127.0.0.1:8090", signal);
  assertEquals(token?.accessToken.reveal(), "made-up-cli-token");
  assertEquals(asked, [[
    ...["secret-tool", "lookup", "service", "127.0.0.1:8090"],
    ...["username", "tokens"],
  ]]);
});

Deno.test("the CLI's refresh token is never taken", async () => {
  const { read } = openKeychain(ended(0, ENTRY));
  assertEquals((await read("https://x.example", signal))?.refreshToken, null);
});

const NONE = [
  ["macOS", "darwin", ended(44, "", "could not be found in the keychain")],
  ["Linux", "linux", ended(1)],
] as const;

for (const [name, os, result] of NONE) {
  Deno.test(`no login of the CLI on ${name} is nothing to speak of`, async () => {
    const { read, reports } = openKeychain(result, os);
    assertEquals(await read("https://x.example", signal), null);
    assertEquals(reports, []);
  });
}

const FAILURES = [
  ["locked", "darwin", ended(51, "", "User interaction is not allowed")],
  ["failing", "linux", ended(1, "", "Cannot autolaunch D-Bus")],
  ["missing", "linux", { kind: "not_found", searched: "/bin" }],
  ["forbidden", "linux", { kind: "not_permitted" }],
  ["silent", "darwin", { kind: "timeout" }],
  ["unknown here", "windows", ended(0, ENTRY)],
  ["of another program", "darwin", ended(0, "hunter2-made-up")],
  ["empty", "darwin", ended(0, '{"access_token":"","refresh_token":"x"}')],
] as const;

for (const [name, os, result] of FAILURES) {
  Deno.test(`a keychain that is ${name} is reported once, and no reason to stop`, async () => {
    const { read, reports } = openKeychain(result, os);
    assertEquals(await read("https://x.example", signal), null);
    assertEquals(await read("https://x.example", signal), null);
    assertEquals(reports.length, 1);
    assertStringIncludes(reports[0] ?? "", "Going on without");
    assertEquals(reports[0]?.includes("made-up"), false);
  });
}

/** A sandbox, and a login at it that the Flyte CLI has made. */
async function openCliBed() {
  const logins = new MemoryLoginStore();
  const bed = await openTestBed({ logins });
  await bed.logIn();
  const [identity] = await logins.identities(bed.sandbox.endpoint);
  const record = identity && await logins.read(identity);
  const { accessToken } = record?.kept?.token ?? {};
  if (!accessToken) throw new Error("Expected a login");
  const cliToken = (text = accessToken.reveal()) =>
    readFlyteCliToken(
      JSON.stringify({ access_token: text, refresh_token: "made-up" }),
      Date.now(),
    );
  return { bed, cliToken, [Symbol.asyncDispose]: bed[Symbol.asyncDispose] };
}

Deno.test("the Flyte CLI's login is used, and its refresh token never spent", async () => {
  await using cli = await openCliBed();
  const { sandbox } = cli.bed;
  await using server = await connectServer(sandbox.endpoint, {
    env: { FLYTE_MCP_KEYCHAIN: "1" },
    readKeychain: () => Promise.resolve(cli.cliToken()),
  });
  assertEquals((await server.call("whoami")).data.email, "ada@example.com");
  const { data } = await server.call("auth_status");
  assertEquals(data.token.source, "the Flyte CLI's login");
  assertEquals(data.token.renewable, false);
  const grants = sandbox.issuer?.requests.map(({ grant }) => grant);
  assertEquals(grants?.includes("refresh_token"), false);
});

Deno.test("the Flyte CLI's login is not used unless that is wanted", async () => {
  await using cli = await openCliBed();
  await using server = await connectServer(cli.bed.sandbox.endpoint, {
    readKeychain: () => Promise.resolve(cli.cliToken()),
  });
  assertEquals((await server.call("whoami")).data.status, "login_required");
});

Deno.test("a login of the Flyte CLI that is refused leads to a login here", async () => {
  await using cli = await openCliBed();
  await using server = await connectServer(cli.bed.sandbox.endpoint, {
    env: { FLYTE_MCP_KEYCHAIN: "1" },
    readKeychain: () => Promise.resolve(cli.cliToken("made-up-old-token")),
  });
  const asked = await server.call("whoami");
  assertEquals(asked.data.status, "login_required");
  await approve(asked);
  await server.call("auth_status", { wait_seconds: 10 });
  const { data } = await server.call("auth_status");
  assertEquals(data.token.source, "device login");
});

Deno.test("a login of the Flyte CLI that is renewed there is taken up here", async () => {
  await using cli = await openCliBed();
  const tokens = ["made-up-old-token"];
  await using server = await connectServer(cli.bed.sandbox.endpoint, {
    env: { FLYTE_MCP_KEYCHAIN: "1" },
    readKeychain: () => Promise.resolve(cli.cliToken(tokens.shift())),
  });
  assertEquals((await server.call("whoami")).data.email, "ada@example.com");
});

Deno.test("a service's own login never uses the Flyte CLI's", async () => {
  await using cli = await openCliBed();
  let reads = 0;
  await using server = await connectServer(cli.bed.sandbox.endpoint, {
    env: {
      FLYTE_MCP_KEYCHAIN: "1",
      FLYTE_CLIENT_ID: "made-up",
      FLYTE_CLIENT_SECRET: "made-up-secret",
    },
    readKeychain: () => {
      reads++;
      return Promise.resolve(cli.cliToken());
    },
  });
  const refused = await server.call("whoami");
  assertEquals(refused.data.error.code, "credentials_required");
  assertEquals(reads, 0);
});
