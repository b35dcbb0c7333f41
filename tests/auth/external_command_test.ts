import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createRunCommand } from "../../src/auth/command.ts";
import { commandEnvironment } from "../../src/auth/command_environment.ts";
import { readCommandToken } from "../../src/auth/command_token.ts";
import type { Lookup } from "../../src/config/sources.ts";
import { type Called, openTestBed, type TestBed } from "../harness.ts";

/** A program for the test, as words: it runs this script. */
function program(script: string): string {
  return JSON.stringify([Deno.execPath(), "eval", script]);
}

/** A command that prints what stands in a file, and counts its runs. */
async function tokenFile() {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/token`;
  const runs = `${folder}/runs`;
  await Deno.writeTextFile(runs, "");
  return {
    command: program(
      `Deno.writeTextFileSync(${JSON.stringify(runs)}, "x", { append: true });
       console.log(Deno.readTextFileSync(${JSON.stringify(file)}));`,
    ),
    write: (text: string) => Deno.writeTextFile(file, text),
    runs: async () => (await Deno.readTextFile(runs)).length,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** A token of this sandbox that works. */
async function goodToken(bed: TestBed): Promise<string> {
  const { url = "" } = bed.sandbox.issuer ?? {};
  const response = await fetch(`${url}/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${
        btoa(
          new URLSearchParams({
            "flyte-ci": "not-a-secret-basic/+ %: sandbox",
          }).toString().replace("=", ":"),
        )
      }`,
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return (await response.json()).access_token;
}

/** A server whose command prints this, or does that. */
async function called(
  command: string,
  tool = "list_projects",
): Promise<Called> {
  await using bed = await openTestBed({ env: { FLYTE_COMMAND: command } });
  return await bed.call(tool);
}

Deno.test("ExternalCommand is run before the first call and once for many", async () => {
  await using file = await tokenFile();
  await using bed = await openTestBed({ env: { FLYTE_COMMAND: file.command } });
  await file.write(await goodToken(bed));
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => bed.call("list_projects")),
  );
  assertEquals(answers.map(({ isError }) => isError), Array(4).fill(false));
  assertEquals(await file.runs(), 1);
  assertEquals((await bed.call("whoami")).data.auth_type, "ExternalCommand");
});

Deno.test("ExternalCommand is run again when its token is refused", async () => {
  await using file = await tokenFile();
  await using bed = await openTestBed({ env: { FLYTE_COMMAND: file.command } });
  await file.write(await goodToken(bed));
  await bed.call("list_projects");
  await file.write(await goodToken(bed));
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await bed.call("list_projects")).isError, false);
  assertEquals(await file.runs(), 2);
});

Deno.test("ExternalCommand that gives the refused token again is token_rejected", async () => {
  await using file = await tokenFile();
  await using bed = await openTestBed({ env: { FLYTE_COMMAND: file.command } });
  await file.write(await goodToken(bed));
  await bed.call("list_projects");
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "token_rejected");
  assertStringIncludes(text, "FLYTE_COMMAND");
});

Deno.test("ExternalCommand that fails is command_failed with the end of its stderr, fenced", async () => {
  const { data, text } = await called(program(
    `for (let i = 1; i <= 9; i++) console.error("line " + i); console.error("token AKIAMADEUPSECRETKEY0123456789abcdef"); Deno.exit(255)`,
  ));
  assertEquals(data.error.code, "command_failed");
  assertEquals(data.error.fix_by, "person");
  assertMatch(
    text,
    /failed \(exit 255\): <<data-\w{8} line 6\nline 7\nline 8\nline 9\ntoken \[…\] \w{8}-data>>/,
  );
});

Deno.test("ExternalCommand that prints nothing, pages or blanks is command_failed", async () => {
  for (
    const output of ["", "<html>Sign in</html>", "two words", "{}", "{nope"]
  ) {
    const { data } = await called(
      program(`console.log(${JSON.stringify(output)})`),
    );
    assertEquals(data.error.code, "command_failed", output);
  }
});

Deno.test("ExternalCommand that prints a token which has run out is command_failed", async () => {
  const payload = btoa(JSON.stringify({ exp: 1000 })).replace(/=+$/, "");
  const { text } = await called(program(`console.log("e30.${payload}.sig")`));
  assertStringIncludes(text, "printed a token that has run out");
});

Deno.test("ExternalCommand that is not found names the PATH that was searched", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_COMMAND: "no-such-program-here --profile x" },
    commandEnv: { PATH: "/made/up/bin:/another" },
  });
  const { data, text } = await bed.call("whoami");
  assertEquals(data.error.code, "command_failed");
  assertStringIncludes(text, "/made/up/bin:/another");
});

Deno.test({
  name:
    "ExternalCommand that is not permitted is permission_missing with the flag",
  permissions: { run: false, net: true, read: true, env: true },
  fn: async () => {
    const { data, text } = await called("aws sso get-token");
    assertEquals(data.error.code, "permission_missing");
    assertStringIncludes(text, "--allow-run=aws");
  },
});

Deno.test("aws, gcloud and az are answered with their own way to renew", async () => {
  const folder = await Deno.makeTempDir();
  await using bed = await openTestBed({
    env: { FLYTE_COMMAND: `${folder}/aws sso get-token --profile flyte-prod` },
    commandEnv: { PATH: "" },
  });
  await Deno.writeTextFile(`${folder}/aws`, "#!/bin/sh\nexit 3\n", {
    mode: 0o755,
  });
  const { text } = await bed.call("whoami");
  assertStringIncludes(text, "aws sso login --profile flyte-prod");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("createRunCommand() has stdin closed, and ends what takes too long", async () => {
  const run = createRunCommand(() => ({}));
  const signal = new AbortController().signal;
  const read = await run(
    [
      Deno.execPath(),
      "eval",
      "console.log((await Array.fromAsync(Deno.stdin.readable)).length)",
    ],
    { timeoutMs: 10_000, signal },
  );
  assertEquals(read.kind === "ended" && read.stdout.trim(), "0");
  const slow = await run([
    Deno.execPath(),
    "eval",
    "setInterval(() => {}, 1000)",
  ], {
    timeoutMs: 300,
    signal,
  });
  assertEquals(slow.kind, "timeout");
});

Deno.test("createRunCommand() uses no shell", async () => {
  const run = createRunCommand(() => ({ HOME: "/home/ada" }));
  const result = await run(
    [
      Deno.execPath(),
      "eval",
      "console.log(Deno.args.join('|'))",
      "$HOME",
      "a;b",
      "*",
    ],
    { timeoutMs: 10_000, signal: new AbortController().signal },
  );
  assertEquals(result.kind === "ended" && result.stdout.trim(), "$HOME|a;b|*");
});

Deno.test("commandEnvironment() has what commands need and none of our secrets", () => {
  const all: Record<string, string> = {
    HOME: "/home/ada",
    PATH: "/bin",
    AWS_PROFILE: "prod",
    AWS_MADE_UP: "1",
    KUBECONFIG: "/k",
    HTTPS_PROXY: "http://p",
    MY_EXTRA: "x",
    FLYTE_CLIENT_SECRET: "made-up-secret",
    FLYTE_API_KEY: "made-up-key",
    OPENAI_API_KEY: "made-up-other",
  };
  const env = (name: string): Lookup =>
    name in all ? { kind: "found", text: all[name] ?? "" } : { kind: "absent" };
  const given = commandEnvironment({ env, names: () => Object.keys(all) }, [
    "MY_EXTRA",
    "FLYTE_CLIENT_SECRET",
  ]);
  assertEquals(given, {
    HOME: "/home/ada",
    PATH: "/bin",
    KUBECONFIG: "/k",
    HTTPS_PROXY: "http://p",
    AWS_PROFILE: "prod",
    AWS_MADE_UP: "1",
    MY_EXTRA: "x",
  });
});

const TOKEN = "made-up-token-0123456789";

Deno.test.each([
  ["bare", TOKEN],
  ["with a line end", `${TOKEN}\r\n`],
  ["with Bearer", `Bearer ${TOKEN}`],
  ["access_token", JSON.stringify({ access_token: TOKEN })],
  ["accessToken", JSON.stringify({ accessToken: TOKEN, expiresOn: "x" })],
  ["token", JSON.stringify({ token: TOKEN })],
  ["id_token", JSON.stringify({ id_token: TOKEN })],
  [
    "a Kubernetes exec plugin",
    JSON.stringify({ kind: "ExecCredential", status: { token: TOKEN } }),
  ],
  ["a JSON text", JSON.stringify(TOKEN)],
])("readCommandToken() reads a token that is %s", (_name, output) => {
  assertEquals(readCommandToken(output)?.access_token, TOKEN);
});
