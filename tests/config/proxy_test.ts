import { assertEquals, assertMatch } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import {
  NO_PROXIES,
  PROXY_VARIABLES,
  proxyFor,
  withThisMachine,
} from "../../src/config/proxy.ts";
import { HOME, sourcesOf } from "./machine.ts";

const HTTPS = "https://flyte.test/";
const HTTP = "http://flyte.test/";

type Env = Readonly<Record<string, string>>;

function resolveWith(env: Env, files: Env = {}) {
  return resolveConfig(
    sourcesOf({ env: { FLYTE_ENDPOINT: "flyte.test", ...env }, files }),
  );
}

/** Which setting says how this URL is called. */
function sourceFor(url: string, env: Env): string | null {
  return proxyFor(url, resolveWith(env).config.proxies)?.source ?? null;
}

/** Every variable with a proxy of its own, so that answers can be told apart. */
function proxies(...names: readonly string[]): Env {
  return Object.fromEntries(
    names.map((name) => [name, `http://${name.replace("_", "-")}.test:3128`]),
  );
}

/** What is set, and which of it counts for https and for http. */
const PRECEDENCE: readonly (readonly [
  readonly string[],
  string | null,
  string | null,
])[] = [
  [[], null, null],
  [["HTTPS_PROXY"], "HTTPS_PROXY", null],
  [["HTTP_PROXY"], null, "HTTP_PROXY"],
  [["HTTPS_PROXY", "HTTP_PROXY"], "HTTPS_PROXY", "HTTP_PROXY"],
  [["https_proxy", "http_proxy"], "https_proxy", "http_proxy"],
  [["https_proxy", "HTTPS_PROXY"], "HTTPS_PROXY", null],
  [["http_proxy", "HTTP_PROXY"], null, "HTTP_PROXY"],
  [["ALL_PROXY"], "ALL_PROXY", "ALL_PROXY"],
  [["all_proxy", "ALL_PROXY"], "ALL_PROXY", "ALL_PROXY"],
  [["all_proxy", "HTTPS_PROXY"], "all_proxy", "all_proxy"],
  [
    ["HTTPS_PROXY", "FLYTE_MCP_HTTP_PROXY_URL"],
    "FLYTE_MCP_HTTP_PROXY_URL",
    "FLYTE_MCP_HTTP_PROXY_URL",
  ],
  [
    ["FLYTE_ADMIN_HTTPPROXYURL"],
    "FLYTE_ADMIN_HTTPPROXYURL",
    "FLYTE_ADMIN_HTTPPROXYURL",
  ],
];

for (const [names, https, http] of PRECEDENCE) {
  Deno.test(`proxyFor() takes ${https} and ${http} of [${names}]`, () => {
    const env = proxies(...names);
    assertEquals(sourceFor(HTTPS, env), https);
    assertEquals(sourceFor(HTTP, env), http);
  });
}

/** NO_PROXY, a URL, and whether it is called directly. */
const EXEMPTIONS: readonly (readonly [string, string, boolean])[] = [
  ["", "http://flyte.test/", false],
  ["flyte.test", "http://flyte.test/", true],
  ["flyte.test", "http://flyte.test:8080/", true],
  ["flyte.test:80", "http://flyte.test/", false],
  ["test", "http://flyte.test/", true],
  [".flyte.test", "http://flyte.test/", true],
  [".flyte.test", "http://a.flyte.test/", true],
  ["flyte.test", "http://a.flyte.test/", true],
  ["yte.test", "http://flyte.test/", false],
  ["*.flyte.test", "http://a.flyte.test/", false],
  ["FLYTE.test", "http://flyte.test/", false],
  ["a.test, flyte.test ,b.test", "http://flyte.test/", true],
  ["a.test flyte.test", "http://flyte.test/", false],
  ["*", "http://flyte.test/", true],
  ["*", "http://10.1.2.3/", false],
  ["10.0.0.0/8", "http://10.1.2.3/", true],
  ["10.0.0.0/8", "http://11.1.2.3/", false],
  ["10.1.2.3", "http://10.1.2.3/", true],
  ["10.1.2.3/99", "http://10.1.2.3/", false],
  ["10.1.2.3", "http://10.1.2.30/", false],
  ["fd00::/8", "http://[fd12::1]/", true],
  ["fd00::1", "http://[fd00::2]/", false],
  ["[fd00::1]", "http://[fd00::1]/", false],
];

for (const [noProxy, url, isDirect] of EXEMPTIONS) {
  const how = isDirect ? "directly" : "through the proxy";
  Deno.test(`proxyFor() has ${url} called ${how} with NO_PROXY "${noProxy}"`, () => {
    for (const name of ["HTTP_PROXY", "FLYTE_MCP_HTTP_PROXY_URL"]) {
      const env = { ...proxies(name), NO_PROXY: noProxy };
      assertEquals(sourceFor(url, env), isDirect ? null : name);
    }
  });
}

Deno.test("proxyFor() reads NO_PROXY as Deno's fetch does", async () => {
  const cases = EXEMPTIONS.filter(([noProxy]) => noProxy !== "");
  assertEquals(
    await proxiedByDeno(cases),
    cases.map(([, , direct]) => !direct),
  );
});

/** Which of these Deno sends to a proxy, asked of Deno itself. */
async function proxiedByDeno(
  cases: readonly (readonly [string, string, boolean])[],
): Promise<boolean[]> {
  await using proxy = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("proxied"),
  );
  // From an address of this machine no connection leaves it: it fails instead.
  const script = `
    const found = [];
    for (const [noProxy, url] of ${JSON.stringify(cases)}) {
      Deno.env.set("NO_PROXY", noProxy);
      const client = Deno.createHttpClient({ localAddress: "127.0.0.1" });
      const signal = AbortSignal.timeout(300);
      found.push(await fetch(url, { client, signal })
        .then((response) => response.text())
        .then((text) => text === "proxied", () => false));
      client.close();
    }
    console.log(JSON.stringify(found));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    env: { HTTP_PROXY: `http://127.0.0.1:${proxy.addr.port}` },
  }).output();
  const [text, errors] = [stdout, stderr]
    .map((bytes) => new TextDecoder().decode(bytes));
  return JSON.parse(text || `"${errors}"`);
}

Deno.test("proxyFor() has this machine called directly, whatever proxies are set", () => {
  const env = proxies("ALL_PROXY", "FLYTE_MCP_HTTP_PROXY_URL");
  for (const host of ["localhost", "a.localhost", "127.0.0.1", "127.8.9.1"]) {
    assertEquals(sourceFor(`http://${host}:8080/`, env), null, host);
  }
  assertEquals(sourceFor("http://[::1]:8080/", env), null);
  assertEquals(
    sourceFor("http://localhost.test/", env),
    "FLYTE_MCP_HTTP_PROXY_URL",
  );
});

Deno.test("withThisMachine() adds this machine to NO_PROXY once", () => {
  const alone = "localhost,127.0.0.0/8,::1";
  assertEquals(withThisMachine(null), alone);
  assertEquals(withThisMachine(" a.test, ,b.test "), `a.test,b.test,${alone}`);
  assertEquals(withThisMachine(withThisMachine("a.test")), `a.test,${alone}`);
});

Deno.test("resolveConfig() prefers NO_PROXY to no_proxy", () => {
  const env = { ...proxies("HTTP_PROXY"), no_proxy: "flyte.test" };
  assertEquals(sourceFor(HTTP, env), null);
  assertEquals(sourceFor(HTTP, { ...env, NO_PROXY: "a.test" }), "HTTP_PROXY");
});

Deno.test("resolveConfig() takes a proxy of the person's own file", () => {
  const files = {
    [`${HOME}/.flyte/config.yaml`]: "admin: {httpProxyURL: proxy.test:3128}",
  };
  const { config, faults } = resolveWith({}, files);
  const proxy = proxyFor(HTTPS, config.proxies);
  assertEquals(faults, []);
  assertEquals(proxy?.source, "admin.httpProxyURL in ~/.flyte/config.yaml");
  assertEquals(proxy?.value.url.reveal(), "http://proxy.test:3128/");
});

Deno.test("resolveConfig() keeps the proxy's credentials out of sight", () => {
  const address = "http://ada:made-up-password@proxy.test:3128";
  const { config } = resolveWith({ HTTPS_PROXY: address });
  const proxy = proxyFor(HTTPS, config.proxies);
  assertEquals(proxy?.value.host, "proxy.test:3128");
  assertEquals(proxy?.value.hasCredentials, true);
  assertEquals(proxy?.value.url.reveal(), `${address}/`);
  const shown = `${JSON.stringify(config)}${Deno.inspect(config)}`;
  assertEquals(shown.includes("made-up-password"), false);
});

const MALFORMED = [
  "http://",
  "ftp://proxy.test",
  "http://proxy.test:99999",
  "http://ada:made-up-password",
  "http://ada:made-up%zzpassword@proxy.test",
  "two words",
];

for (const address of MALFORMED) {
  Deno.test(`resolveConfig() refuses the proxy "${address}" without repeating it`, () => {
    const { config, faults } = resolveWith({
      FLYTE_MCP_HTTP_PROXY_URL: address,
    });
    assertEquals(faults.map(({ code }) => code), ["config_invalid"]);
    assertMatch(
      faults[0]?.message ?? "",
      /^FLYTE_MCP_HTTP_PROXY_URL cannot be/,
    );
    assertMatch(faults[0]?.message ?? "", /such as http:\/\/proxy\.example/);
    assertEquals(JSON.stringify(faults).includes("made-up"), false);
    assertEquals(config.proxies, NO_PROXIES);
  });

  Deno.test(`resolveConfig() passes HTTPS_PROXY "${address}" over as Deno does, and says so`, () => {
    const { config, faults, notices } = resolveWith({
      HTTPS_PROXY: address,
      https_proxy: "http://proxy.test",
    });
    assertEquals(faults, []);
    assertEquals(notices, [
      "HTTPS_PROXY is ignored: it is no proxy's address.",
    ]);
    assertEquals(proxyFor(HTTPS, config.proxies)?.source, "https_proxy");
  });
}

Deno.test("deno.json lets this server see every variable of proxies", async () => {
  const manifest = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const { allow } = manifest.permissions.default.env;
  assertEquals(PROXY_VARIABLES.filter((name) => !allow.includes(name)), []);
});
