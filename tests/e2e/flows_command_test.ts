/**
 * Programs that give tokens, run by a spawned server with the documented
 * permissions and leave to run that one program. The SDK's transport keeps a
 * kill timer running after close(), so this file's sanitizers are off.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import type { Sandbox } from "../../sandbox/mod.ts";
import { startFront } from "../auth/front.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  type Folder,
  makeFolder,
  serviceToken,
  startFlow,
  startLocked,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** A program that prints what stands in a file, and writes down each run. */
interface Program extends Folder {
  /** Its path. */
  readonly file: string;
  /** What `deno run` needs, and nothing wider. */
  readonly permissions: readonly string[];
  /** Each run's arguments and environment. */
  runs(): Promise<string[]>;
}

async function makeProgram(output: string): Promise<Program> {
  const folder = await makeFolder({ output, runs: "" });
  // Only what the shell has built in, for the program sees no PATH.
  const file = await folder.write(
    "get-token",
    `#!/bin/sh
cd "\${0%/*}" || exit 1
echo "$*; secret \${FLYTE_ACCESS_TOKEN-}\${FLYTE_CLIENT_SECRET-}" >>runs
while read -r line; do echo "$line"; done <output
`,
    0o700,
  );
  return {
    ...folder,
    file,
    permissions: ["-P", `--allow-run=${file}`],
    runs: async () =>
      (await folder.read("runs") ?? "").split("\n").filter((line) => line),
  };
}

/** A token of the sandbox's issuer as a file that ends its line. */
async function tokenLine(sandbox: Sandbox): Promise<string> {
  return `${await serviceToken(sandbox, CI_CLIENT)}\n`;
}

const OUTPUTS: readonly (readonly [string, (token: string) => string])[] = [
  ["a bare token", (token) => `${token}\n`],
  [
    "JSON",
    (token) => `${JSON.stringify({ expiresOn: "x", accessToken: token })}\n`,
  ],
  [
    "a Kubernetes credential",
    (token) => `${JSON.stringify({ status: { token } }, null, 1)}\n`,
  ],
];

for (const [name, format] of OUTPUTS) {
  Deno.test(`ExternalCommand that prints ${name} is run once, by -P and leave for it alone`, async () => {
    await using sandbox = await startLocked();
    const token = await serviceToken(sandbox, CI_CLIENT);
    await using program = await makeProgram(format(token));
    await using flow = await startFlow(sandbox.endpoint, {
      permissions: program.permissions,
      env: {
        FLYTE_COMMAND: `${program.file} --profile 'a b'`,
        // The type says which of the two counts; no program is told the other.
        FLYTE_AUTH_TYPE: "ExternalCommand",
        FLYTE_ACCESS_TOKEN: "not-a-secret-given",
      },
    });
    await assertActsAs(flow, CI_CLIENT.clientId);
    assertEquals((await flow.call("list_projects")).data.status, "ok");
    assertEquals(await program.runs(), ["--profile a b; secret "]);
    const { data } = await flow.call("auth_status");
    assertEquals(data.auth_type, "ExternalCommand");
    // The one grant is the test's own.
    assertGrants(sandbox, "client_credentials");
    assertNothingLeaked(flow, sandbox, [token, "not-a-secret-given"]);
  });
}

Deno.test("ExternalCommand is run once for each life of its token", async () => {
  await using sandbox = await startLocked({
    issuer: { accessTokenSeconds: 4 },
  });
  await using program = await makeProgram("");
  await using flow = await startFlow(sandbox.endpoint, {
    permissions: program.permissions,
    env: { FLYTE_COMMAND: program.file },
  });
  const expiry = async () => {
    const { data, text } = await flow.call("whoami");
    assertEquals(data.subject, CI_CLIENT.clientId, text);
    return Date.parse(data.token_expires_at);
  };
  // It starts to live when the server has started.
  await program.write("output", await tokenLine(sandbox));
  const first = await expiry();
  let last = first;
  while (last === first) {
    assertEquals((await program.runs()).length, 1);
    await program.write("output", await tokenLine(sandbox));
    last = await expiry();
  }
  assert(Date.now() > first - 1000, "run again long before its token's end");
  assertEquals((await program.runs()).length, 2);
  assertNothingLeaked(flow, sandbox);
});

Deno.test("ExternalCommand without leave to run is permission_missing with the flag", async () => {
  await using sandbox = await startLocked();
  const token = await serviceToken(sandbox, CI_CLIENT);
  await using program = await makeProgram(token);
  await using flow = await startFlow(sandbox.endpoint, {
    env: { FLYTE_COMMAND: program.file },
  });
  const { data, text } = await flow.call("whoami");
  assertEquals(data.error.code, "permission_missing");
  assert(text.includes(`--allow-run=${program.file}`), text);
  assertEquals(await program.runs(), []);
});

Deno.test("ExternalCommand that fails is told in its own words, without what looks secret", async () => {
  await using sandbox = await startLocked();
  await using folder = await makeFolder();
  const secret = "AKIAnotasecret0123456789abcdef";
  const file = await folder.write(
    "aws",
    `#!/bin/sh\necho "session ran out, key ${secret}" >&2\nexit 255\n`,
    0o700,
  );
  await using flow = await startFlow(sandbox.endpoint, {
    permissions: ["-P", `--allow-run=${file}`],
    env: { FLYTE_COMMAND: JSON.stringify([file, "--profile", "prod"]) },
  });
  const { data, text } = await flow.call("whoami");
  assertEquals(data.error.code, "command_failed");
  assertMatch(text, /exit 255\): <<data-\w{8} session ran out, key \[…\]/);
  assertMatch(text, /aws sso login --profile prod/);
  assertNothingLeaked(flow, sandbox, [secret]);
});

Deno.test("proxyCommand's token goes to Flyte and to the issuer, and is renewed at 407", async () => {
  await using sandbox = await startLocked();
  let good = "not-a-secret-proxy-1";
  const refuse = ({ headers }: { headers: Headers }) =>
    headers.get("proxy-authorization") === `Bearer ${good}`
      ? null
      : { status: 407 };
  await using flyte = await startFront(sandbox.endpoint, refuse);
  await using issuer = await startFront(sandbox.issuer?.url ?? "", refuse);
  await using program = await makeProgram(`${good}\n`);
  await using flow = await startFlow(flyte.url, {
    permissions: program.permissions,
    env: {
      FLYTE_PROXY_COMMAND: program.file,
      FLYTE_TOKEN_ENDPOINT: `${issuer.url}/token`,
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
    },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertEquals((await program.runs()).length, 1);
  good = "not-a-secret-proxy-2";
  await program.write("output", `${good}\n`);
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertEquals((await program.runs()).length, 2);
  assertGrants(sandbox, "client_credentials");
  const answers = [...flyte.passed, ...issuer.passed];
  assertEquals(answers.filter(({ status }) => status === 407).length, 1);
  assert(issuer.passed.length > 0);
  assertNothingLeaked(flow, sandbox, ["not-a-secret-proxy"]);
});
