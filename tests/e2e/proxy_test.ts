/**
 * Proxies, for servers as hosts start them. The SDK's transport keeps a kill
 * timer running after close(), so this file's sanitizers are off.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startSandbox } from "../../sandbox/mod.ts";
import { OPTIONS } from "../../src/config/options.ts";
import { closedOrigin } from "../http/peer.ts";
import { startProxy } from "../http/proxy.ts";
import {
  CI,
  FLYTE,
  LOGIN,
  logIn,
  openProxyBed,
  targetsOf,
} from "./proxy_bed.ts";
import { DENO_DIR, MAIN, spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

Deno.test("HTTPS_PROXY carries a whole login, from the first call to the revocation", async () => {
  await using bed = await openProxyBed();
  const { proxy, issuer, flyte, login } = bed;
  await using server = await spawnServer({
    env: { ...bed.env, HTTPS_PROXY: proxy.origin },
  });
  assertEquals(await logIn(server, bed.browse), "ok");
  assertEquals((await server.call("logout")).data.revoked, true);
  assertEquals(targetsOf(proxy), [FLYTE, LOGIN]);
  const asked = new Set(issuer.requests.map(({ endpoint }) => endpoint));
  for (
    const endpoint of ["device_authorization", "token", "revocation"] as const
  ) {
    assert(asked.has(endpoint), endpoint);
  }
  // A connection over which nothing came would have been a probe.
  assertEquals([...flyte.received, ...login.received].includes(0), false);
});

/** Every name by which a proxy can be set. */
const NAMES = [
  ...["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  ...OPTIONS.httpProxyUrl.env,
];

for (const name of NAMES) {
  Deno.test(`${name} carries calls and tokens, with its user and password`, async () => {
    const credentials = "ada@acme:made-up password";
    await using bed = await openProxyBed({ credentials });
    const user = credentials.split(":").map(encodeURIComponent).join(":");
    const url = `http://${user}@${bed.proxy.host}`;
    await using server = await spawnServer({
      env: { ...bed.env, ...CI, [name]: url },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.status, "ok", text);
    assertEquals(targetsOf(bed.proxy), [FLYTE, LOGIN]);
    const used = new Set(bed.proxy.seen.map((one) => one.credentials));
    assertEquals([...used], [credentials]);
  });
}

Deno.test("admin.httpProxyURL of the person's file carries calls and tokens", async () => {
  await using bed = await openProxyBed();
  await Deno.mkdir(`${bed.home}/.flyte`);
  await Deno.writeTextFile(
    `${bed.home}/.flyte/config.yaml`,
    `admin: {httpProxyURL: "${bed.proxy.origin}"}`,
  );
  await using server = await spawnServer({ env: { ...bed.env, ...CI } });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.status, "ok", text);
  assertEquals(targetsOf(bed.proxy), [FLYTE, LOGIN]);
});

Deno.test("admin.httpProxyURL of a workspace's file carries nothing", async () => {
  await using bed = await openProxyBed();
  const cwd = `${bed.home}/cloned`;
  await Deno.mkdir(cwd);
  await Deno.writeTextFile(
    `${cwd}/config.yaml`,
    `admin: {httpProxyURL: "${bed.proxy.origin}"}`,
  );
  await using server = await spawnServer({ env: { ...bed.env, ...CI }, cwd });
  const { text } = await server.call("list_projects");
  assertStringIncludes(text, 'Cannot find host "flyte.test"');
  assertEquals(bed.proxy.seen, []);
  assertStringIncludes(server.stderr(), "admin.httpProxyURL ignored");
});

Deno.test("HTTP_PROXY carries plain http, and HTTPS_PROXY does not", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  const { port } = new URL(sandbox.endpoint);
  const hosts = { "flyte.test": Number(port) };
  await using proxy = await startProxy({ hosts });
  await using server = await spawnServer({
    env: {
      FLYTE_ENDPOINT: "http://flyte.test",
      HTTP_PROXY: proxy.origin,
      HTTPS_PROXY: await closedOrigin(),
    },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.status, "ok", text);
  assertEquals(
    proxy.seen.every(({ target }) => target.startsWith("http://flyte.test/")),
    true,
  );
});

for (const name of ["HTTPS_PROXY", "FLYTE_MCP_HTTP_PROXY_URL"]) {
  Deno.test(`NO_PROXY exempts Flyte from ${name}`, async () => {
    await using bed = await openProxyBed();
    await using server = await spawnServer({
      env: {
        ...bed.env,
        ...CI,
        [name]: bed.proxy.origin,
        NO_PROXY: "flyte.test",
      },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "endpoint_unreachable");
    assertStringIncludes(
      text,
      'Cannot find host "flyte.test" (from FLYTE_ENDPOINT).',
    );
    assertEquals(bed.proxy.seen, []);
  });

  Deno.test(`no_proxy exempts the issuer alone from ${name}`, async () => {
    await using bed = await openProxyBed();
    await using server = await spawnServer({
      env: {
        ...bed.env,
        ...CI,
        [name]: bed.proxy.origin,
        no_proxy: "login.test",
      },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "endpoint_unreachable");
    assertStringIncludes(text, 'Cannot find host "login.test".');
    assertEquals(targetsOf(bed.proxy), [FLYTE]);
  });
}

Deno.test("this machine is called through no proxy, whatever is set", async () => {
  await using sandbox = await startSandbox({ auth: "device", seeded: false });
  const dead = await closedOrigin();
  for (const name of ["HTTP_PROXY", "all_proxy", "FLYTE_MCP_HTTP_PROXY_URL"]) {
    const env = { FLYTE_ENDPOINT: sandbox.endpoint, [name]: dead };
    await using server = await spawnServer({ env });
    assertEquals(await logIn(server), "ok", name);
  }
});

Deno.test("the sandbox inside works where a proxy is set", async () => {
  const dead = await closedOrigin();
  await using server = await spawnServer({
    args: ["--sandbox"],
    env: { HTTP_PROXY: dead, HTTPS_PROXY: dead },
  });
  assertEquals(await logIn(server), "ok");
});

for (const name of ["HTTPS_PROXY", "FLYTE_MCP_HTTP_PROXY_URL"]) {
  Deno.test(`\`permissions\` prints a command line that works with ${name}`, async () => {
    await using bed = await openProxyBed();
    const env = { ...bed.env, ...CI, [name]: bed.proxy.origin };
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", MAIN, "permissions"],
      env: { ...env, DENO_DIR },
    }).output();
    const [, json = ""] = new TextDecoder().decode(stdout).split("\n\n");
    const printed: string[] = JSON.parse(json).args;
    const permissions = printed.filter((arg) => arg.startsWith("--allow-"));
    assertEquals(permissions.length, 3, printed.join(" "));
    await using server = await spawnServer({ env, permissions });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.status, "ok", text);
  });
}
