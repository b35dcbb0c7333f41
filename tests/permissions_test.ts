import { assertEquals } from "@std/assert";
import { type ClientConfig, NO_LOGIN } from "../src/auth/client_config.ts";
import { resolveConfig } from "../src/config/mod.ts";
import { permissionFlags } from "../src/permission_flags.ts";
import { permissionsText } from "../src/permissions.ts";
import { HOME, type Machine, sourcesOf } from "./config/machine.ts";
import { FILE, merge, PEM } from "./config/samples.ts";

const PUBLISHED: ClientConfig = {
  ...NO_LOGIN,
  hasLogin: true,
  issuer: "https://issuer.example",
  tokenEndpoint: "https://tokens.example/token",
  deviceAuthorizationEndpoint: "https://devices.example/device",
  redirectUri: "http://localhost:53593/callback",
};

const BASE = { env: { FLYTE_ENDPOINT: "https://flyte.example:8443/x" } };

/** The values of one flag; `[]` where it is not there. */
function allowed(
  kind: "env" | "net" | "read" | "run" | "write",
  machine: Machine,
  published: ClientConfig | null = PUBLISHED,
): string[] {
  const sources = sourcesOf(merge(BASE, machine));
  const options = { sources, published, os: "linux" } as const;
  const flags = permissionFlags(resolveConfig(sources), options);
  const flag = flags.find((flag) => flag.startsWith(`--allow-${kind}=`));
  return flag?.slice(flag.indexOf("=") + 1).split(",") ?? [];
}

const SERVICE = { FLYTE_CLIENT_ID: "ci", FLYTE_CLIENT_SECRET: "made-up" };
const FLYTE = "flyte.example:8443";
const CALLBACK = ["127.0.0.1:53593", "[::1]:53593"];
const PERSON = [
  ...[FLYTE, "tokens.example", "issuer.example", "devices.example"],
  ...CALLBACK,
];

const HOSTS: readonly (readonly [string, Machine, readonly string[]])[] = [
  ["a person", {}, PERSON],
  ["a person with the browser", { env: { FLYTE_AUTH_TYPE: "Pkce" } }, PERSON],
  ["a person whom nobody can ask", { env: { CI: "true" } }, PERSON.slice(0, 3)],
  ["a service", { env: SERVICE }, [FLYTE, "tokens.example"]],
  ["a token", { env: { FLYTE_ACCESS_TOKEN: "made-up" } }, [FLYTE]],
  ["a command", { env: { FLYTE_COMMAND: "token" } }, [FLYTE]],
  ["a login described elsewhere", {
    env: { ...SERVICE, FLYTE_PLATFORM_HTTP_URL: "https://admin.example" },
  }, [FLYTE, "admin.example", "tokens.example"]],
  ["an issuer that is set", {
    env: { ...SERVICE, FLYTE_ISSUER: "https://own.example/x" },
  }, [FLYTE, "own.example", "tokens.example"]],
  ["clusters that are trusted", {
    env: {
      FLYTE_ACCESS_TOKEN: "made-up",
      FLYTE_MCP_TRUSTED_CLUSTERS: "dp.example, dp2.example:8443",
    },
  }, [FLYTE, "dp.example", "dp2.example:8443"]],
  ["a proxy", {
    env: {
      FLYTE_ACCESS_TOKEN: "made-up",
      HTTPS_PROXY: "http://proxy.example:3128",
    },
  }, [FLYTE, "proxy.example:3128"]],
];

Deno.test.each(HOSTS)(
  "permissionFlags() allows the hosts that %s needs",
  (_who, machine, expected) => {
    assertEquals(allowed("net", machine), [...expected]);
  },
);

Deno.test.each([
  ["http://localhost/callback", ["127.0.0.1:80", "[::1]:80"]],
  ["http://127.0.0.1:1234/callback", ["127.0.0.1:1234"]],
  ["http://[::1]:1234/callback", ["[::1]:1234"]],
  ["https://elsewhere.example:8443/callback", []],
])("permissionFlags() allows to listen for %s", (redirectUri, expected) => {
  const hosts = allowed("net", {}, { ...PUBLISHED, redirectUri });
  assertEquals(hosts.slice(4), [...expected]);
});

Deno.test("permissionFlags() allows the programs that are run, and no others", () => {
  const command = { FLYTE_COMMAND: "token --now", FLYTE_PROXY_COMMAND: "iap" };
  assertEquals(allowed("run", { env: command }), ["token", "iap"]);
  const unused = { ...command, FLYTE_AUTH_TYPE: "DeviceFlow" };
  assertEquals(allowed("run", { env: unused }), ["iap"]);
  const opens = { FLYTE_MCP_OPEN_BROWSER: "true" };
  assertEquals(allowed("run", { env: opens }), ["xdg-open"]);
  assertEquals(allowed("run", { env: { ...opens, CI: "true" } }), []);
  assertEquals(allowed("run", { env: { ...opens, ...SERVICE } }), []);
  const keychain = { FLYTE_MCP_KEYCHAIN: "true" };
  assertEquals(allowed("run", { env: keychain }), ["secret-tool"]);
  assertEquals(allowed("run", {}), []);
});

Deno.test("permissionFlags() allows commands the variables that they need, hidden ones too", () => {
  const names = allowed("env", {
    env: {
      FLYTE_COMMAND: "token",
      FLYTE_COMMAND_ENV: "MINE,OTHERS",
      MINE: "x",
    },
    hides: (what) => ["PATH", "OTHERS"].includes(what),
  });
  for (const name of ["PATH", "MINE", "OTHERS", "HOME", "AWS_*"]) {
    assertEquals(names.includes(name), true, name);
  }
  assertEquals(names.includes("KUBECONFIG"), false);
});

Deno.test("permissionFlags() allows the variables that are set, and those that they name", () => {
  const env = {
    ...{ FLYTE_PROJECT: "p", FLYTE_CLIENT_ID_FROM_ENV_VAR: "CI_ID" },
    ...{ CI_ID: "ci", CI_SECRET: "made-up", UNRELATED: "x", FLYTE_ORG: "" },
  };
  const files = { [FILE]: "admin: {clientSecretEnvVar: CI_SECRET}" };
  assertEquals(allowed("env", { env, files }).toSorted(), [
    ...["CI_ID", "CI_SECRET", "FLYTE_CLIENT_ID_FROM_ENV_VAR"],
    ...["FLYTE_ENDPOINT", "FLYTE_PROJECT", "HOME"],
  ]);
});

Deno.test("permissionFlags() allows the files that were read, and where logins are kept", () => {
  const env = { ...SERVICE, FLYTE_CA_CERT: "/etc/ca.pem" };
  const files = { [FILE]: "task: {project: p}", "/etc/ca.pem": PEM };
  const read = [FILE, "/etc/ca.pem"];
  assertEquals(allowed("read", { env, files }).toSorted(), read.toSorted());
  assertEquals(allowed("write", { env, files }), []);
  const tokens = `${HOME}/.local/state/flyte-mcp/tokens`;
  assertEquals(allowed("write", {}), [tokens]);
  assertEquals(allowed("read", {}), [tokens]);
  const memory = { env: { FLYTE_MCP_TOKEN_STORE: "memory" } };
  assertEquals(allowed("write", memory), []);
  const own = { env: { FLYTE_MCP_TOKEN_STORE: "/var/lib/flyte" } };
  assertEquals(allowed("write", own), ["/var/lib/flyte/tokens"]);
});

Deno.test("permissionFlags() names the folder of a path that Deno's flags cannot name", () => {
  const path = "/run/a,b/secret,1";
  const env = { FLYTE_CLIENT_ID: "ci", FLYTE_CLIENT_SECRET_FROM_FILE: path };
  const machine = { env, files: { [path]: "made-up" } };
  assertEquals(allowed("read", machine), ["/run/"]);
  const store = { env: { FLYTE_MCP_TOKEN_STORE: "/var/a,b" } };
  assertEquals(allowed("write", store), []);
});

Deno.test("permissionFlags() repeats nothing that is no variable's name", () => {
  const names = allowed("env", {
    env: { FLYTE_CLIENT_SECRET_FROM_ENV_VAR: "hunter2/+hunter2=" },
  });
  assertEquals(names.join().includes("hunter2"), false);
});

Deno.test("permissionsText() makes no command of what a note says", () => {
  const sources = sourcesOf(BASE);
  const resolved = resolveConfig(sources, ["There is no --x\nrm -rf ~."]);
  const text = permissionsText(resolved, {
    ...{ sources, published: PUBLISHED, main: "/main.ts", os: "linux" },
  });
  const [note, line, blank] = text.split("\n");
  assertEquals(note, "# There is no --x rm -rf ~.");
  assertEquals(line?.startsWith("deno run "), true);
  assertEquals(blank, "");
});
