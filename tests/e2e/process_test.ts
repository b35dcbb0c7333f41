/** The server as a process: what goes over its three streams, and its end. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { DISCOVER, INITIALIZE, INITIALIZED, RawServer } from "./raw_server.ts";
import { commandLine } from "./spawn.ts";

const NO_NETWORK = {
  permissions: ["--allow-env=FLYTE_ENDPOINT"],
  env: { FLYTE_ENDPOINT: "https://flyte.example.com" },
};

Deno.test("initialize is answered with no network access at all", async () => {
  await using server = new RawServer(NO_NETWORK);
  const { result } = await server.ask(INITIALIZE);
  assertEquals(result.serverInfo.name, "flyte-mcp");
  assertEquals(result.protocolVersion, "2025-06-18");
  assertStringIncludes(result.instructions, "https://flyte.example.com");
});

Deno.test("server/discover is answered with no network access at all", async () => {
  await using server = new RawServer(NO_NETWORK);
  const { result } = await server.ask(DISCOVER);
  assert(result.supportedVersions.includes("2026-07-28"));
  assertStringIncludes(result.instructions, "https://flyte.example.com");
});

Deno.test("a probe does not decide how the connection goes on", async () => {
  await using server = new RawServer(NO_NETWORK);
  await server.ask(DISCOVER);
  const { result } = await server.ask({ ...INITIALIZE, id: 2 });
  assertEquals(result.protocolVersion, "2025-06-18");
});

Deno.test("garbage is ignored with one line on stderr", async () => {
  await using server = new RawServer(NO_NETWORK);
  await server.sendText("this is not JSON\n");
  const { result } = await server.ask(INITIALIZE);
  assertEquals(result.serverInfo.name, "flyte-mcp");
  assertMatch(server.stderr, /^flyte-mcp: [^\n]+\n$/);
});

Deno.test("a line over 4 MB is dropped, and what comes after it is read", async () => {
  await using server = new RawServer(NO_NETWORK);
  await server.sendText(
    `{"jsonrpc":"2.0","id":9,"x":"${"y".repeat(5_000_000)}"}\n`,
  );
  const { result } = await server.ask(INITIALIZE);
  assertEquals(result.serverInfo.name, "flyte-mcp");
  assertMatch(server.stderr, /^flyte-mcp: A line of 50000\d\d bytes [^\n]+\n$/);
});

Deno.test("the end of stdin ends the server with status 0", async () => {
  const server = new RawServer(NO_NETWORK);
  await server.ask(INITIALIZE);
  await server.closeInput();
  assertEquals(await server.ended(), 0);
  assertEquals(server.stderr, "");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} ends the server with status 0`, async () => {
    const server = new RawServer(NO_NETWORK);
    await server.ask(INITIALIZE);
    server.kill(signal);
    assertEquals(await server.ended(), 0);
    await server.closeInput().catch(() => {});
  });
}

Deno.test("the end of stdin ends a server that is waiting for a person", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  const server = new RawServer({ env: { FLYTE_ENDPOINT: sandbox.endpoint } });
  await server.ask(INITIALIZE);
  await server.send(INITIALIZED);
  const { result } = await server.call(2, "whoami");
  assertEquals(result.structuredContent.status, "login_required");
  await server.closeInput();
  assertEquals(await server.ended(), 0);
});

Deno.test("no token, code or secret of a login leaves the server", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  const { hosts } = { hosts: [sandbox.endpoint, sandbox.issuer?.url ?? ""] };
  const server = new RawServer({
    env: { FLYTE_ENDPOINT: sandbox.endpoint, FLYTE_PROJECT: "flytesnacks" },
    // Exactly what the README documents for known hosts.
    permissions: [
      "--allow-env=FLYTE_ENDPOINT,FLYTE_PROJECT",
      `--allow-net=${hosts.map((url) => new URL(url).host)}`,
    ],
  });
  await server.ask(INITIALIZE);
  await server.send(INITIALIZED);
  const asked = (await server.call(2, "whoami")).result.structuredContent;
  await approveDevice(asked.verification_uri, asked.user_code);
  await server.call(3, "auth_status", { wait_seconds: 20 });
  const calls = [
    "whoami",
    "list_projects",
    "list_runs",
    "auth_status",
    "login",
  ];
  for (const [at, tool] of calls.entries()) {
    const { result } = await server.call(10 + at, tool);
    assertEquals(result.structuredContent.status, "ok", tool);
  }
  sandbox.issuer?.faults.next("token", {
    kind: "error",
    error: "invalid_grant",
  });
  sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  await server.call(20, "list_projects");
  await server.call(21, "logout");
  await server.closeInput();
  await server.ended();
  const output = server.lines.join("\n") + server.stderr;
  const secrets = [...sandbox.issuer?.secrets ?? []];
  assert(secrets.length >= 3, `only ${secrets.length} secrets to look for`);
  for (const secret of secrets) {
    assertEquals(output.includes(secret), false, "a secret was printed");
  }
});

Deno.test("a client secret leaves the server neither in results nor on stderr", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  const secret = "made-up-secret-0f61c2";
  const server = new RawServer({
    env: {
      FLYTE_ENDPOINT: sandbox.endpoint,
      FLYTE_CLIENT_ID: "flyte-ci",
      FLYTE_CLIENT_SECRET: secret,
    },
  });
  await server.ask(INITIALIZE);
  await server.send(INITIALIZED);
  const { result } = await server.call(2, "whoami");
  assertEquals(result.structuredContent.error.code, "credentials_required");
  await server.call(3, "auth_status");
  await server.closeInput();
  await server.ended();
  assertEquals(`${server.lines}${server.stderr}`.includes(secret), false);
});

Deno.test("everything on stdout is JSON-RPC, with the sandbox and its libraries inside", async () => {
  const server = new RawServer({ args: ["--sandbox"] });
  await server.ask(INITIALIZE);
  await server.send(INITIALIZED);
  const asked = (await server.call(2, "whoami")).result.structuredContent;
  await approveDevice(asked.verification_uri, asked.user_code);
  await server.call(3, "auth_status", { wait_seconds: 20 });
  await server.call(4, "list_runs");
  await server.closeInput();
  assertEquals(await server.ended(), 0);
  for (const line of server.lines) {
    assertEquals(JSON.parse(line).jsonrpc, "2.0");
  }
});

Deno.test("--help and --version print and end", async () => {
  for (const [flag, expected] of [["--help", "Usage:"], ["--version", "0."]]) {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: commandLine({ args: [flag ?? ""], permissions: [] }),
    }).output();
    assertEquals(code, 0);
    assertStringIncludes(new TextDecoder().decode(stdout), expected ?? "");
  }
});
