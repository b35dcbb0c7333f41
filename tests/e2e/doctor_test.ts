/** `main.ts doctor` as a person runs it: a process of its own with `-P`. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { closedOrigin } from "../http/peer.ts";
import { freeCallback, startLocked } from "./flow_bed.ts";
import { commandLine, DENO_DIR } from "./spawn.ts";

/** What the command gave. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the doctor with these variables and no others. */
async function runDoctor(
  env: Record<string, string>,
  { args = [], permissions = ["-P"] }: {
    args?: readonly string[];
    permissions?: readonly string[];
  } = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: commandLine({ args: ["doctor", ...args], permissions }),
    env: { FLYTE_MCP_TOKEN_STORE: "memory", ...env, DENO_DIR },
    clearEnv: true,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("doctor prints aligned lines of at most 80 columns, and exits with 0", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const { code, stdout } = await runDoctor({
    FLYTE_ENDPOINT: sandbox.endpoint,
  });
  assertEquals(code, 0, stdout);
  const [checks = "", summary, admin = ""] = stdout.split("\n\n");
  for (const line of checks.split("\n")) {
    assertMatch(line, /^(ok|warn|skipped) +[a-z_]+ +\S| {29}\S/);
    assert(line.length <= 80, line);
  }
  assertMatch(summary ?? "", /^All \d+ checks passed\.$/);
  assertMatch(admin, /^For an admin:\nflyte-mcp .*nothing fails\n$/);
  // deno-lint-ignore no-control-regex
  assertNotMatch(stdout, /\x1b/);
});

Deno.test("doctor exits with 0 before a login, for nothing is broken", async () => {
  await using sandbox = await startLocked({
    client: { redirectUri: freeCallback() },
  });
  const { code, stdout } = await runDoctor({
    FLYTE_ENDPOINT: sandbox.endpoint,
  });
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "Nobody is logged in.");
});

Deno.test("doctor exits with 1 when a check fails", async () => {
  const { code, stdout } = await runDoctor({
    FLYTE_ENDPOINT: await closedOrigin(),
  });
  assertEquals(code, 1);
  assertMatch(stdout, /^fail +tcp /m);
});

Deno.test("doctor exits with 1 on a broken configuration, and checks the rest", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  const { code, stdout } = await runDoctor({
    FLYTE_ENDPOINT: sandbox.endpoint,
    FLYTE_AUTH_TYPE: "smoke-signals",
  });
  assertEquals(code, 1);
  assertMatch(stdout, /^fail +config /m);
  assertMatch(stdout, /^ok +auth_metadata /m);
});

Deno.test("doctor --json prints one object and nothing else", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const { code, stdout } = await runDoctor(
    { FLYTE_ENDPOINT: sandbox.endpoint },
    { args: ["--json"] },
  );
  const { status, checks, for_admin } = JSON.parse(stdout);
  assertEquals([code, status], [0, "ok"]);
  assertEquals(checks.length, 20);
  assertEquals(Object.keys(checks[0]), [
    "name",
    "status",
    "message",
    "next_step",
    "took_ms",
  ]);
  assertMatch(for_admin, /^[^\n]+$/);
});

Deno.test("doctor says no secret, neither ours nor one that the issuer gave", async () => {
  await using sandbox = await startLocked();
  const secret = CI_CLIENT.secret ?? "";
  const { code, stdout, stderr } = await runDoctor({
    FLYTE_ENDPOINT: sandbox.endpoint,
    FLYTE_CLIENT_ID: CI_CLIENT.clientId,
    FLYTE_CLIENT_SECRET: secret,
  });
  assertEquals(code, 0, stdout);
  const secrets = [...sandbox.issuer?.secrets ?? [], secret];
  assert(secrets.length > 1);
  for (const each of secrets) assert(!`${stdout}${stderr}`.includes(each));
});

Deno.test("doctor tells which flag keeps logins, and writes nothing", async () => {
  const home = await Deno.makeTempDir();
  await using _ = {
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
  const env = {
    FLYTE_ENDPOINT: await closedOrigin(),
    FLYTE_MCP_TOKEN_STORE: `${home}/state`,
  };
  const denied = await runDoctor(env, { args: ["--json"] });
  const allowed = await runDoctor(env, {
    args: ["--json"],
    permissions: ["-A"],
  });
  const storeOf = ({ stdout }: Ended) =>
    JSON.parse(stdout).checks.find(({ name }: { name: string }) =>
      name === "store"
    );
  assertEquals(storeOf(denied).status, "warn");
  assertStringIncludes(storeOf(denied).message, `--allow-write=${home}/state`);
  assertEquals(storeOf(allowed).status, "ok");
  assertEquals(await Array.fromAsync(Deno.readDir(home)), []);
});

Deno.test("doctor names the variable that Deno hides", async () => {
  const { code, stdout } = await runDoctor(
    { FLYTE_ENDPOINT: "https://flyte.test" },
    { permissions: ["--allow-net", "--allow-read", "--ignore-env"] },
  );
  assertEquals(code, 1);
  assertStringIncludes(stdout, "--allow-env=FLYTE_MCP_ENDPOINT,FLYTE_ENDPOINT");
});
