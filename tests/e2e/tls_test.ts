/**
 * Private CAs, and certificates that are not trusted, for servers as hosts
 * start them. The SDK's transport keeps a kill timer running after close(), so
 * this file's sanitizers are off.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { OPTIONS } from "../../src/config/options.ts";
import { CA_NAME } from "../http/certificates.ts";
import { openTlsBed, type TlsBed } from "../http/tls_bed.ts";
import { connectServer } from "../harness.ts";
import { type Spawned, type SpawnOptions, spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** A home folder with the CA's file, and what `config` makes of its path. */
async function homeOf(
  { certificates, flyte }: TlsBed,
  config: (caFile: string) => string = () => "",
) {
  const path = await Deno.makeTempDir();
  const caFile = `${path}/ca.pem`;
  await Deno.writeTextFile(caFile, certificates.ca);
  await Deno.mkdir(`${path}/.flyte`);
  await Deno.writeTextFile(`${path}/.flyte/config.yaml`, config(caFile));
  return {
    path,
    caFile,
    env: { HOME: path, FLYTE_ENDPOINT: flyte.origin },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Logs in by a code and asks who that was. */
async function logIn(server: Spawned, { browse }: TlsBed) {
  const { data, text } = await server.call("whoami");
  assertEquals(data.status, "login_required", text);
  await approveDevice(data.verification_uri, data.user_code, { fetch: browse });
  await server.call("auth_status", { wait_seconds: 20 });
  return (await server.call("whoami")).data.status;
}

/** What a server that is started so answers first. */
async function firstAnswer(options: SpawnOptions) {
  await using server = await spawnServer(options);
  return await server.call("whoami");
}

Deno.test("a server logs in with the CA that FLYTE_CA_CERT names", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(bed);
  await using server = await spawnServer({
    env: { ...home.env, FLYTE_CA_CERT: home.caFile },
  });
  assertEquals(await logIn(server, bed), "ok");
  assertEquals((await server.call("logout")).data.revoked, true);
});

Deno.test("a server logs in with the CA that the person's file names", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(
    bed,
    (caFile) => `admin: {caCertFilePath: ${caFile}}`,
  );
  await using server = await spawnServer({ env: home.env });
  assertEquals(await logIn(server, bed), "ok");
});

Deno.test("a server logs in with the CA of this machine, which Deno is told to trust", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(bed);
  const machine = { SSL_CERT_FILE: home.caFile, DENO_TLS_CA_STORE: "system" };
  await using server = await spawnServer({ env: { ...home.env, ...machine } });
  assertEquals(await logIn(server, bed), "ok");
});

Deno.test("a server without the CA names host, certificate and setting, and sends nothing", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(bed);
  const { data, text } = await firstAnswer({ env: home.env });
  assertEquals(data.error.code, "tls_untrusted");
  const { host } = new URL(bed.flyte.origin);
  assertStringIncludes(text, `"CN=localhost" of ${host}`);
  assertStringIncludes(text, `issued by "CN=${CA_NAME}"`);
  assertStringIncludes(text, "FLYTE_CA_CERT");
  await bed.flyte.idle();
  assertEquals([...new Set(bed.flyte.received)], [0]);
});

Deno.test("insecureSkipVerify is answered with a flag of Deno's that works", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(
    bed,
    () => "admin: {insecureSkipVerify: true}",
  );
  const { env } = home;
  const { data, text } = await firstAnswer({ env });
  assertEquals(data.error.code, "tls_untrusted");
  assertStringIncludes(
    text,
    "admin.insecureSkipVerify in ~/.flyte/config.yaml",
  );
  const [flag = ""] =
    /--unsafely-ignore-certificate-errors=\S+[^\s.]/.exec(text) ??
      [];
  assertEquals(flag, "--unsafely-ignore-certificate-errors=127.0.0.1");
  await using server = await spawnServer({ env, permissions: ["-P", flag] });
  assertEquals(await logIn(server, bed), "ok");
});

for (const name of OPTIONS.insecureSkipVerify.env) {
  Deno.test(`${name} is answered with the flag, and does nothing by itself`, async () => {
    await using bed = await openTlsBed();
    const env = { [name]: "true", FLYTE_ACCESS_TOKEN: "made-up-token" };
    await using server = await connectServer(bed.flyte.origin, { env });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "tls_untrusted");
    assertMatch(
      text,
      new RegExp(`${name} asks .* --unsafely-ignore-certificate-errors=127`),
    );
    await bed.flyte.idle();
    assertEquals([...new Set(bed.flyte.received)], [0]);
  });
}

/** Files that FLYTE_CA_CERT may name by mistake. */
const FILES = [
  ["is not there", "config_invalid", null],
  ["is empty", "config_invalid", ""],
  ["is no PEM", "config_invalid", "\x30\x82\x01\x0a"],
  [
    "holds a key",
    "config_invalid",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  ],
  [
    "is damaged",
    "config_invalid",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  ],
  [
    "breaks off",
    "config_invalid",
    "-----BEGIN CERTIFICATE-----\nMIIB",
  ],
] as const;

for (const [what, code, text] of FILES) {
  Deno.test(`a CA's file that ${what} is ${code} and named`, async () => {
    await using bed = await openTlsBed();
    await using home = await homeOf(bed);
    const path = `${home.path}/other.pem`;
    if (text !== null) await Deno.writeTextFile(path, text);
    const answer = await firstAnswer({
      env: { ...home.env, FLYTE_CA_CERT: path },
    });
    assertEquals(answer.data.error.code, code, answer.text);
    assertStringIncludes(answer.text, "FLYTE_CA_CERT");
  });
}

Deno.test("a CA's file that Deno's permissions hide is permission_missing with the flag", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(bed);
  const answer = await firstAnswer({
    env: { ...home.env, FLYTE_CA_CERT: home.caFile },
    permissions: ["--allow-env=FLYTE_ENDPOINT,FLYTE_CA_CERT", "--allow-net"],
  });
  assertEquals(answer.data.error.code, "permission_missing");
  assertStringIncludes(answer.text, `--allow-read=${home.caFile}`);
});

Deno.test("a CA that only a workspace's file names is not trusted, and named", async () => {
  await using bed = await openTlsBed();
  await using home = await homeOf(bed);
  const workspace = `${home.path}/cloned`;
  await Deno.mkdir(workspace);
  await Deno.writeTextFile(
    `${workspace}/config.yaml`,
    `admin: {caCertFilePath: ${home.caFile}, insecureSkipVerify: true}`,
  );
  await using server = await spawnServer({ env: home.env, cwd: workspace });
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "tls_untrusted");
  assertEquals(text.includes("--unsafely"), false);
  const status = await server.call("auth_status");
  assertMatch(
    status.data.ignored_settings.join(),
    /admin\.caCertFilePath, admin\.insecureSkipVerify ignored/,
  );
});
