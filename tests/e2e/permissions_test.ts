/**
 * The command line that `main.ts permissions` prints, run as it is printed.
 * The SDK's transport keeps a kill timer running after close(), so this file's
 * sanitizers are off.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { splitWords } from "../../src/config/shell_words.ts";
import { stateFolder } from "../../src/config/token_store.ts";
import { approve } from "../harness.ts";
import { freePort } from "../free_port.ts";
import {
  assertActsAs,
  assertNothingLeaked,
  type Flow,
  freeCallback,
  makeFolder,
  openPage,
  serviceToken,
  signIn,
  startFlow,
  startLocked,
  waitForLogin,
} from "./flow_bed.ts";
import { commandLine, DENO_DIR, MAIN } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const SECRET = CI_CLIENT.secret ?? "";

/** Where a printed line finds `deno`, and a shell its own programs. */
const PATH = `${Deno.execPath().replace(/[^/]*$/, "")}:${Deno.env.get("PATH")}`;

/** What was printed. */
interface Printed {
  /** All of it. */
  readonly text: string;
  /** What stands in front of the line, as comments of a shell. */
  readonly notes: string[];
  /** The command line, as a person copies it. */
  readonly line: string;
  /** The line's words. */
  readonly argv: string[];
  /** What a host's settings take. */
  readonly snippet: {
    readonly command: string;
    readonly args: string[];
    readonly env: Record<string, string>;
  };
}

/** Runs `main.ts permissions` with these variables and no others. */
async function printPermissions(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<Printed> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: commandLine({ args: ["permissions", ...args] }),
    env: { PATH, ...env, DENO_DIR },
    clearEnv: true,
  }).output();
  assertEquals(code, 0);
  const text = new TextDecoder().decode(stdout);
  const [above = "", json = ""] = text.split("\n\n");
  const notes = above.split("\n");
  const line = notes.pop() ?? "";
  assert(notes.every((note) => note.startsWith("# ")), above);
  return {
    text,
    notes,
    line,
    argv: splitWords(line),
    snippet: JSON.parse(json),
  };
}

/** Starts the server by the printed line. */
async function run(
  { line }: Printed,
  env: Record<string, string>,
): Promise<Flow> {
  const { FLYTE_ENDPOINT = "" } = env;
  const all = { PATH, ...env };
  return await startFlow(FLYTE_ENDPOINT, { line, env: all });
}

/** Fails if anything is allowed without saying what, or said twice. */
function assertNarrow({ argv, snippet }: Printed): void {
  assertEquals(argv[0], "deno");
  assertEquals(argv, [snippet.command, ...snippet.args]);
  const flags = argv.slice(2, argv.indexOf(MAIN));
  const kinds = flags.filter((flag) => flag.startsWith("--allow-"))
    .map((flag) => /^--allow-(env|read|write|net|run)=[^,]/.exec(flag)?.[1]);
  assertEquals(kinds, [...new Set(kinds)]);
  assertEquals(kinds.includes(undefined), false, flags.join(" "));
  assertEquals(flags.filter((flag) => !flag.startsWith("--allow-")), [
    ...["--quiet", "--no-prompt", "--ignore-env"],
  ]);
  assertEquals(Object.values(snippet.env).filter((it) => it !== "…"), []);
}

/** What a flag of the line allows. */
function allowed({ argv }: Printed, kind: string): string[] {
  const flag = `--allow-${kind}=`;
  return argv.filter((word) => word.startsWith(flag))
    .flatMap((word) => word.slice(flag.length).split(","));
}

function hostOf(url: string | undefined): string {
  return new URL(url ?? "").host;
}

Deno.test("the line for a login by a person lets both ways of it work", async () => {
  const redirectUri = freeCallback();
  await using sandbox = await startLocked({ client: { redirectUri } });
  const env = { FLYTE_ENDPOINT: sandbox.endpoint };
  const printed = await printPermissions(env);
  assertEquals(printed.notes, []);
  assertNarrow(printed);
  const { port } = new URL(redirectUri);
  const hosts = [hostOf(sandbox.endpoint), hostOf(sandbox.issuer?.url)];
  assertEquals(allowed(printed, "net"), [
    ...hosts,
    ...[`127.0.0.1:${port}`, `[::1]:${port}`],
  ]);
  assertEquals(allowed(printed, "env").includes("FLYTE_ENDPOINT"), true);
  assertEquals([allowed(printed, "run"), allowed(printed, "read")], [[], []]);
  await using flow = await run(printed, env);
  const asked = await flow.call("whoami");
  assertEquals(asked.data.status, "login_required", asked.text);
  await approve(asked);
  await waitForLogin(flow);
  assertEquals((await flow.call("whoami")).data.identity, "known");
  await flow.call("logout");
  const browser = await flow.call("login", { method: "browser" });
  await openPage(await signIn(browser));
  await waitForLogin(flow);
  assertNotMatch(flow.said(), /permission_missing|permissions/);
});

Deno.test("the line for a login by a person keeps it for the next server, and writes nowhere else", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder();
  const env = { FLYTE_ENDPOINT: sandbox.endpoint, HOME: home.path };
  const printed = await printPermissions(env);
  assertNarrow(printed);
  const lookup = { kind: "found", text: home.path } as const;
  const state = stateFolder(
    (name) => name === "HOME" ? lookup : { kind: "absent" },
    Deno.build.os,
  );
  assertEquals(allowed(printed, "write"), [`${state}/tokens`]);
  assertEquals(allowed(printed, "read"), [`${state}/tokens`]);
  {
    await using first = await run(printed, env);
    await approve(await first.call("whoami"));
    await waitForLogin(first);
    assertEquals(first.stderr(), "");
  }
  await using second = await run(printed, env);
  const { data, text } = await second.call("whoami");
  assertEquals(data.identity, "known", text);
});

Deno.test("the line for ClientSecret reads the secret's file, and calls the issuer", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder({
    "ci secret": `${SECRET}\n`,
    ".flyte/config.yaml":
      `admin: {clientId: ${CI_CLIENT.clientId}, clientSecretLocation: "~/ci secret"}`,
  });
  const env = { FLYTE_ENDPOINT: sandbox.endpoint, HOME: home.path };
  const printed = await printPermissions(env);
  assertEquals(printed.notes, []);
  assertNarrow(printed);
  assertEquals(allowed(printed, "net"), [
    hostOf(sandbox.endpoint),
    hostOf(sandbox.issuer?.url),
  ]);
  assertEquals(allowed(printed, "read").toSorted(), [
    `${home.path}/.flyte/config.yaml`,
    `${home.path}/ci secret`,
  ]);
  assertEquals(allowed(printed, "run"), []);
  await using flow = await run(printed, env);
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertNothingLeaked(flow, sandbox, [SECRET]);
});

Deno.test("the line for redirected variables shows what they lead to", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder({ secret: SECRET });
  const env = {
    HOME: home.path,
    FLYTE_PLATFORM_URL_FROM_ENV_VAR: "WHERE_FLYTE_IS",
    WHERE_FLYTE_IS: sandbox.endpoint,
    FLYTE_CREDENTIALS_CLIENT_ID: CI_CLIENT.clientId,
    FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: `${home.path}/secret`,
  };
  // The variable is hidden from what `deno run -P` starts.
  const blind = await printPermissions(env);
  assertMatch(blind.notes.join("\n"), /WHERE_FLYTE_IS, which Deno's perm/);
  assertNarrow(blind);
  assertEquals(allowed(blind, "env").includes("WHERE_FLYTE_IS"), true);
  const endpoint = { ...env, FLYTE_PLATFORM_URL: sandbox.endpoint };
  const printed = await printPermissions(endpoint);
  assertEquals(printed.notes, []);
  await using flow = await run(printed, { ...endpoint, FLYTE_ENDPOINT: "" });
  await assertActsAs(flow, CI_CLIENT.clientId);
});

Deno.test("the line for ExternalCommand runs that program, with what it needs", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder({
    token: await serviceToken(sandbox, CI_CLIENT),
  });
  // It finds `cat` by PATH, and its token by a variable that was asked for.
  await home.write(
    "bin/get-token",
    '#!/bin/sh\ntest "$1" = "a b" && exec cat "$TOKEN_FILE"\n',
    0o700,
  );
  const env = {
    FLYTE_ENDPOINT: sandbox.endpoint,
    FLYTE_COMMAND: "get-token 'a b'",
    FLYTE_COMMAND_ENV: "TOKEN_FILE",
    TOKEN_FILE: `${home.path}/token`,
    PATH: `${home.path}/bin:${PATH}`,
    HOME: home.path,
  };
  const printed = await printPermissions(env);
  assertEquals(printed.notes, []);
  assertNarrow(printed);
  assertEquals(allowed(printed, "run"), ["get-token"]);
  assertEquals(allowed(printed, "net"), [hostOf(sandbox.endpoint)]);
  assert(
    ["TOKEN_FILE", "PATH"].every((name) =>
      allowed(printed, "env").includes(name)
    ),
  );
  await using flow = await run(printed, env);
  await assertActsAs(flow, CI_CLIENT.clientId);
});

Deno.test("the line repeats the server's own flags, and quotes them", async () => {
  await using sandbox = await startLocked();
  const flags = ["--endpoint", sandbox.endpoint, "--project=it's $HOME"];
  const printed = await printPermissions({}, flags);
  assertNarrow(printed);
  assertEquals(printed.argv.slice(printed.argv.indexOf(MAIN)), [
    MAIN,
    `--endpoint=${sandbox.endpoint}`,
    "--project=it's $HOME",
  ]);
  await using flow = await run(printed, {});
  const { data, text } = await flow.call("whoami");
  assertEquals(data.status, "login_required", text);
});

Deno.test("the line is printed when the control plane cannot be reached, and says what is missing", async () => {
  const env = { FLYTE_ENDPOINT: `http://127.0.0.1:${freePort()}` };
  const printed = await printPermissions(env);
  assertEquals(printed.notes.length, 1);
  assertMatch(printed.notes[0] ?? "", /did not answer.* --allow-net/);
  assertNarrow(printed);
  assertEquals(allowed(printed, "net"), [hostOf(env.FLYTE_ENDPOINT)]);
  await using flow = await run(printed, env);
  const { data, text } = await flow.call("whoami");
  assertEquals(data.error.code, "endpoint_unreachable", text);
});

Deno.test("the line is printed when the configuration is broken, with what is wrong", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder({ ".flyte/config.yaml": "admin: [" });
  const env = {
    HOME: home.path,
    FLYTE_ENDPOINT: sandbox.endpoint,
    FLYTE_AUTH_TYPE: "perhaps\nrm -rf /",
    FLYTE_CLIENT_SECRET: SECRET,
    FLYTE_API_KEY: SECRET,
  };
  const printed = await printPermissions(env);
  assertNarrow(printed);
  assertEquals(printed.notes.length, 4, printed.text);
  for (
    const part of [
      "FLYTE_AUTH_TYPE",
      "FLYTE_API_KEY",
      "config.yaml",
      "client id",
    ]
  ) {
    assertStringIncludes(printed.notes.join("\n"), part);
  }
  // The issuer is asked for all the same, for what is wrong is mended next.
  assert(allowed(printed, "net").includes(hostOf(sandbox.issuer?.url)));
  assertEquals(printed.text.includes(SECRET), false);
  await using flow = await run(printed, env);
  const { data } = await flow.call("whoami");
  assertEquals(data.error.code, "config_invalid");
});

Deno.test("the line is printed when nothing is configured", async () => {
  await using home = await makeFolder();
  const printed = await printPermissions({ HOME: home.path });
  assertEquals(printed.notes, ["# No Flyte endpoint is configured."]);
  assertNarrow(printed);
  assertEquals(allowed(printed, "net"), []);
});

Deno.test("a config file that the YAML parser may not read by is permission_missing, and the flag helps", async () => {
  await using sandbox = await startLocked();
  await using home = await makeFolder({
    ".flyte/config.yaml": `admin: {endpoint: "${sandbox.endpoint}"}`,
  });
  const options = { env: { HOME: home.path }, cwd: home.path };
  const permissions = ["--allow-env=HOME", "--allow-read", "--allow-net"];
  {
    await using flow = await startFlow("", { ...options, permissions });
    const { data, text } = await flow.call("whoami");
    assertEquals(data.error.code, "permission_missing");
    assertStringIncludes(text, "Start the server with --ignore-env besides");
  }
  await using flow = await startFlow("", {
    ...options,
    permissions: [...permissions, "--ignore-env"],
  });
  const { data, text } = await flow.call("whoami");
  assertEquals(data.status, "login_required", text);
});
