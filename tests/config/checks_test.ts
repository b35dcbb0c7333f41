/** What settings must not say together, and what lies just beside it. */
import { assertEquals, assertMatch } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { type Machine, sourcesOf } from "./machine.ts";
import { FILE, merge } from "./samples.ts";

type Env = Readonly<Record<string, string>>;

const FLYTE = { env: { FLYTE_ENDPOINT: "flyte.example.com" } };

function resolve(machine: Machine) {
  return resolveConfig(sourcesOf(merge(FLYTE, machine)));
}

/** Fails unless that is the only fault. */
function assertOnlyFault(
  machine: Machine,
  { code, says }: { code: string; says: RegExp },
): void {
  const { faults } = resolve(machine);
  assertEquals(faults.map((fault) => fault.code), [code]);
  assertMatch(faults[0]?.message ?? "", says);
}

function assertFine(machine: Machine): void {
  assertEquals(resolve(machine).faults, []);
}

const SERVICE = { FLYTE_CLIENT_ID: "ci", FLYTE_CLIENT_SECRET: "made-up" };

/** Logins by the type that they are for. */
const LOGINS: Readonly<Record<string, Env>> = {
  ClientSecret: SERVICE,
  Passthrough: { FLYTE_ACCESS_TOKEN: "made-up" },
  ExternalCommand: { FLYTE_COMMAND: "token" },
};

const PAIRS = Object.entries(LOGINS).flatMap(([one, env], at) =>
  Object.entries(LOGINS).slice(at + 1).map(([other, more]) => ({
    one,
    other,
    env: { ...env, ...more },
  }))
);

Deno.test.each(PAIRS)(
  "two logins at once are a conflict: $one and $other",
  ({ env, one, other }) => {
    const says = /^Both FLYTE_\w+ and FLYTE_\w+ are set.* different logins/;
    assertOnlyFault({ env }, { code: "config_conflict", says });
    for (const type of [one, other]) {
      assertFine({ env: { ...env, FLYTE_AUTH_TYPE: type } });
    }
  },
);

Deno.test.each(Object.entries(LOGINS))("one login is fine: %s", (type, env) => {
  assertFine({ env });
  assertEquals(resolve({ env }).config.authType?.value, type);
});

Deno.test("a token and further headers are one login", () => {
  assertFine({
    env: { FLYTE_ACCESS_TOKEN: "made-up", FLYTE_AUTH_METADATA: "x-team=ml" },
  });
});

Deno.test("a proxy's command stands beside every login", () => {
  for (const env of Object.values(LOGINS)) {
    assertFine({ env: { ...env, FLYTE_PROXY_COMMAND: "iap" } });
  }
});

/** Types with what they need, and the variables that may hold it. */
const NEEDS = [
  {
    type: "ClientSecret",
    has: { FLYTE_CLIENT_ID: "ci" },
    needs: { FLYTE_CLIENT_SECRET: "made-up" },
    what: "a client secret",
    hidden: [
      ...["FLYTE_MCP_CLIENT_SECRET", "FLYTE_CREDENTIALS_CLIENT_SECRET"],
      ...["FLYTE_ADMIN_CLIENTSECRETENVVAR", "FLYTE_ADMIN_CLIENTSECRETLOCATION"],
    ],
  },
  {
    type: "ClientSecret",
    has: { FLYTE_CLIENT_SECRET: "made-up" },
    needs: { FLYTE_CLIENT_ID: "ci" },
    what: "a client id",
    hidden: ["FLYTE_ADMIN_CLIENTID"],
  },
  {
    type: "Passthrough",
    has: {},
    needs: { FLYTE_ACCESS_TOKEN: "made-up" },
    what: "a token",
    hidden: ["FLYTE_AUTH_METADATA"],
  },
  {
    type: "ExternalCommand",
    has: {},
    needs: { FLYTE_COMMAND: "token" },
    what: "a command",
    hidden: ["FLYTE_ADMIN_COMMAND", "FLYTE_CREDENTIALS_COMMAND"],
  },
] as const;

Deno.test.each(NEEDS)(
  "$type without $what is config_invalid",
  ({ type, has, needs, what }) => {
    const env = { FLYTE_AUTH_TYPE: type, ...has };
    const says = new RegExp(
      `^FLYTE_AUTH_TYPE asks for ${type}, which needs ${what}\\.$`,
    );
    assertOnlyFault({ env }, { code: "config_invalid", says });
    const [fault] = resolve({ env }).faults;
    assertEquals(fault?.nextStep, `Set ${Object.keys(needs)[0]}.`);
    assertFine({ env: { ...env, ...needs } });
  },
);

Deno.test.each(NEEDS)(
  "$type without $what is permission_missing where that may be hidden",
  ({ type, has, needs, what, hidden }) => {
    const env = { FLYTE_AUTH_TYPE: type, ...has, ...needs };
    const names = [...Object.keys(needs), ...hidden];
    const hides = (name: string) => names.includes(name);
    const says = new RegExp(
      `needs ${what}, and Deno's permissions hide some of the places`,
    );
    assertOnlyFault({ env, hides }, { code: "permission_missing", says });
    const [fault] = resolve({ env, hides }).faults;
    const flag = /with --allow-env=(\S+) besides/.exec(fault?.nextStep ?? "");
    assertEquals(flag?.[1]?.split(",").toSorted(), names.toSorted());
  },
);

Deno.test.each([["Pkce"], ["DeviceFlow"]])("%s needs nothing more", (type) => {
  assertFine({ env: { FLYTE_AUTH_TYPE: type } });
  assertFine({ env: { FLYTE_AUTH_TYPE: type, ...SERVICE } });
});

Deno.test("a client id and its secret from different hands are a conflict", () => {
  const files = { [FILE]: "admin: {clientId: me}" };
  const env = { FLYTE_CLIENT_SECRET: "made-up" };
  const says =
    /secret is from FLYTE_CLIENT_SECRET and the client id from admin\.clientId in ~/;
  assertOnlyFault({ env, files }, { code: "config_conflict", says });
  assertFine({ env: SERVICE, files });
});

Deno.test("a file's client id and the environment's secret location are a conflict", () => {
  const files = {
    "/run/secret": "made-up",
    "/run/other": "made-up",
    [FILE]: "admin: {clientId: me, clientSecretLocation: /run/other}",
  };
  const env = { FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/secret" };
  const says = /from FLYTE_ADMIN_CLIENTSECRETLOCATION and the client id from/;
  assertOnlyFault({ env, files }, { code: "config_conflict", says });
  assertFine({ files });
  assertFine({ env: { ...env, FLYTE_CLIENT_ID: "ci" }, files });
});

Deno.test("what a file names for a secret does not count behind the environment's", () => {
  const files = {
    "/run/secret": "from-env",
    [FILE]: "admin: {clientSecretEnvVar: FILE_SECRET}",
  };
  const env = {
    FILE_SECRET: "from-file",
    FLYTE_ADMIN_CLIENTID: "ci",
    FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/secret",
  };
  assertFine({ env, files });
  const { clientSecret } = resolve({ env, files }).config;
  assertEquals(clientSecret?.value.reveal(), "from-env");
});

const CLEAR: [string, Env][] = [
  ...Object.entries(LOGINS),
  ["a proxy's token", { FLYTE_PROXY_COMMAND: "iap" }],
  ["headers", { FLYTE_AUTH_METADATA: "cookie=made-up" }],
];

Deno.test.each(CLEAR)("%s over plain http is a conflict", (_what, env) => {
  const at = (endpoint: string) => ({
    env: { ...env, FLYTE_ENDPOINT: endpoint },
  });
  const says = /^FLYTE_ENDPOINT is a plain http address.* in clear text/;
  const code = "config_conflict";
  assertOnlyFault(at("http://flyte.example.com"), { code, says });
  assertOnlyFault(at("http://10.0.0.5:8090"), { code, says });
  assertFine(at("http://localhost:30080"));
  assertFine(at("http://127.0.0.1:30080"));
  assertFine(at("https://flyte.example.com"));
});

Deno.test("plain http is fine where nothing secret is sent", () => {
  assertFine({ env: { FLYTE_ENDPOINT: "http://flyte.example.com" } });
});

Deno.test("a login described over plain http is a conflict", () => {
  for (const name of ["FLYTE_MCP_AUTH_ENDPOINT", "FLYTE_PLATFORM_HTTP_URL"]) {
    const at = (text: string) => ({ env: { [name]: text } });
    const says = new RegExp(`^${name} is a plain http address.* can change it`);
    const code = "config_conflict";
    assertOnlyFault(at("http://admin.example.com"), { code, says });
    assertFine(at("https://admin.example.com"));
    assertFine(at("http://localhost:30081"));
  }
});

const WRITTEN = { [FILE]: "admin: {authType: Pkce}" };

Deno.test.each(Object.entries(LOGINS))(
  "a file's auth type gives way to %s of the environment, and is named",
  (type, env) => {
    const { config, faults, notices } = resolve({ env, files: WRITTEN });
    assertEquals(faults, []);
    assertEquals(config.authType?.value, type);
    assertEquals(notices.length, 1);
    assertMatch(
      notices[0] ?? "",
      /^admin\.authType in ~\S+ is ignored: FLYTE_\w+ asks for/,
    );
  },
);

Deno.test.each(Object.entries(LOGINS))(
  "FLYTE_AUTH_TYPE stands over %s",
  (_type, env) => {
    const given = { ...env, FLYTE_AUTH_TYPE: "Pkce" };
    const { config, notices } = resolve({ env: given, files: WRITTEN });
    assertEquals(config.authType, { value: "Pkce", source: "FLYTE_AUTH_TYPE" });
    assertEquals(notices, []);
  },
);

Deno.test("a file's auth type stands over what the same file holds", () => {
  const admin =
    "authType: Pkce, clientId: me, clientSecretEnvVar: FILE_SECRET, command: [token]";
  const { config, faults } = resolve({
    env: { FILE_SECRET: "made-up" },
    files: { [FILE]: `admin: {${admin}}` },
  });
  assertEquals(faults, []);
  assertEquals(config.authType?.value, "Pkce");
});

Deno.test("a file's auth type that agrees with the environment is not named", () => {
  const files = { [FILE]: "admin: {authType: ClientSecret}" };
  assertEquals(resolve({ env: SERVICE, files }).notices, []);
});
