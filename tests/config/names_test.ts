import { assert, assertEquals } from "@std/assert";
import { Finder } from "../../src/config/finder.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { OPTION_LIST, type OptionKey } from "../../src/config/options.ts";
import { sourcesOf } from "./machine.ts";
import { FILE, merge, placesOf, SAMPLES, withPlace } from "./samples.ts";

/** Names that people have in their environment, by who gave them the name. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "the short names": [
    ...["FLYTE_ENDPOINT", "FLYTE_INSECURE", "FLYTE_AUTH_TYPE"],
    ...["FLYTE_CLIENT_ID", "FLYTE_CLIENT_SECRET", "FLYTE_API_KEY"],
    ...["FLYTE_COMMAND", "FLYTE_SCOPES", "FLYTE_AUDIENCE", "FLYTE_ISSUER"],
    ...["FLYTE_TOKEN_ENDPOINT", "FLYTE_AUTHORIZATION_ENDPOINT"],
    ...["FLYTE_DEVICE_AUTHORIZATION_ENDPOINT", "FLYTE_REDIRECT_URI"],
    ...["FLYTE_AUTH_HEADER", "FLYTE_CA_CERT", "FLYTE_ACCESS_TOKEN"],
    ...["FLYTE_AUTH_METADATA", "FLYTE_ORG", "FLYTE_PROJECT", "FLYTE_DOMAIN"],
    ...["FLYTE_COMMAND_ENV", "FLYTE_PROXY_COMMAND"],
  ],
  "flyte-sdk v2": [
    ...["FLYTE_ADMIN_ENDPOINT", "FLYTE_ADMIN_INSECURE"],
    ...["FLYTE_ADMIN_INSECURESKIPVERIFY", "FLYTE_ADMIN_CACERTFILEPATH"],
    ...["FLYTE_ADMIN_HTTPPROXYURL", "FLYTE_ADMIN_DISABLEKEYRING"],
    ...["FLYTE_ADMIN_COMMAND", "FLYTE_ADMIN_PROXYCOMMAND"],
    ...["FLYTE_ADMIN_CLIENTID", "FLYTE_ADMIN_CLIENTSECRETLOCATION"],
    ...["FLYTE_ADMIN_CLIENTSECRETENVVAR", "FLYTE_ADMIN_SCOPES"],
    ...["FLYTE_ADMIN_AUTHTYPE", "FLYTE_CONSOLE_ENDPOINT"],
    ...["FLYTE_TASK_ORG", "FLYTE_TASK_PROJECT", "FLYTE_TASK_DOMAIN"],
  ],
  "flytekit": [
    ...["FLYTE_CREDENTIALS_CLIENT_ID", "FLYTE_CREDENTIALS_CLIENT_SECRET"],
    ...["FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR"],
    ...["FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION"],
    ...["FLYTE_CREDENTIALS_AUTH_MODE", "FLYTE_CREDENTIALS_SCOPE"],
    ...["FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY"],
    ...["FLYTE_CREDENTIALS_OAUTH_SCOPES", "FLYTE_CREDENTIALS_SCOPES"],
    ...["FLYTE_CREDENTIALS_COMMAND", "FLYTE_CREDENTIALS_PROXY_COMMAND"],
    ...["FLYTE_CREDENTIALS_REDIRECT_URI", "FLYTE_CREDENTIALS_AUDIENCE"],
    ...["FLYTE_PLATFORM_AUTH", "FLYTE_PLATFORM_URL", "FLYTE_PLATFORM_INSECURE"],
    ...["FLYTE_PLATFORM_HTTP_URL", "FLYTE_PLATFORM_INSECURE_SKIP_VERIFY"],
    ...["FLYTE_PLATFORM_CA_CERT_FILE_PATH", "FLYTE_PLATFORM_HTTP_PROXY_URL"],
    ...["FLYTE_PLATFORM_CONSOLE_ENDPOINT"],
  ],
};

/** Keys that `flyte create config` and flyte-sdk v2 write. */
const KEYS = [
  ...["admin.endpoint", "admin.insecure", "admin.insecureSkipVerify"],
  ...["admin.caCertFilePath", "admin.httpProxyURL", "admin.disableKeyring"],
  ...["admin.command", "admin.proxyCommand", "admin.clientId"],
  ...["admin.clientSecretLocation", "admin.clientSecretEnvVar"],
  ...["admin.scopes", "admin.authType", "console.endpoint"],
  ...["task.org", "task.project", "task.domain"],
];

const NAMES = OPTION_LIST.flatMap(([key, { env }]) =>
  env.map((name) => ({ key, name }))
);

for (const [whose, names] of Object.entries(KNOWN)) {
  Deno.test.each(names.map((name) => [name]))(
    `OPTIONS know %s of ${whose}`,
    (name) => assert(NAMES.some((known) => known.name === name)),
  );
}

Deno.test.each(KEYS.map((key) => [key]))("OPTIONS know %s of a file", (key) => {
  assert(OPTION_LIST.some(([, { file }]) => file.includes(key)));
});

Deno.test("OPTIONS have each name once, and FLYTE_MCP_* for whatever is not only an older tool's", () => {
  const names = NAMES.map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
  const without = OPTION_LIST
    .filter(([, { env }]) => !env[0]?.startsWith("FLYTE_MCP_"))
    .map(([key]) => key);
  assertEquals(without, ["clientSecretEnvVar", "clientSecretLocation"]);
});

Deno.test.each([
  ["FLYTE_IMAGE_BUILDER", "remote"],
  ["FLYTE_IMAGE_IMAGE_REFS", "{}"],
  ["FLYTE_IMAGE_REGISTRY", "registry.example"],
  ["FLYTE_LOCAL_PERSISTENCE", "true"],
])("resolveConfig() passes over %s, which says nothing here", (name, text) => {
  const env = { FLYTE_ENDPOINT: "flyte.example.com", [name]: text };
  const { faults, notices } = resolveConfig(sourcesOf({ env }));
  assertEquals([faults, notices], [[], []]);
});

/** The value of an option with the name of its source. */
function raw(key: OptionKey, machine: Parameters<typeof sourcesOf>[0]) {
  const found = new Finder(sourcesOf(machine)).raw(key);
  return found && [found.value, found.source];
}

Deno.test.each(NAMES)(
  "resolveConfig() takes $key from $name, and says so",
  ({ key, name }) => {
    const sample = SAMPLES[key];
    const env = { [name]: sample.text };
    const machine = merge({ env }, sample.with);
    assertEquals(raw(key, machine), [sample.text, name]);
    assertEquals(sample.seen(resolveConfig(sourcesOf(machine))), sample.value);
    const without = sample.seen(resolveConfig(sourcesOf(sample.with ?? {})));
    assert(
      JSON.stringify(without) !== JSON.stringify(sample.value),
      "the sample does not show",
    );
  },
);

Deno.test.each(
  OPTION_LIST.flatMap(([key, { file }]) => file.map((path) => ({ key, path }))),
)("resolveConfig() takes $key from $path, and says so", ({ key, path }) => {
  const sample = SAMPLES[key];
  // `insecure` counts for an endpoint of the same file.
  const machine = key === "insecure"
    ? {
      files: { [FILE]: "admin: {endpoint: 'localhost:1', insecure: 'True'}" },
    }
    : withPlace(sample.with ?? {}, { key, place: path, text: sample.text });
  assertEquals(raw(key, machine), [
    sample.text,
    `${path} in ~/.flyte/config.yaml`,
  ]);
  assertEquals(sample.seen(resolveConfig(sourcesOf(machine))), sample.value);
});

/** Two places of one option, the better one first. */
const PAIRS = OPTION_LIST.flatMap(([key]) => {
  const places = placesOf(key);
  return places.flatMap((better, at) =>
    places.slice(at + 1).map((worse) => ({ key, better, worse }))
  );
});

Deno.test.each(PAIRS)(
  "resolveConfig() prefers $better to $worse for $key",
  ({ key, better, worse }) => {
    const options = { key, text: "worse.example" };
    const both = withPlace(
      withPlace(SAMPLES[key].with ?? {}, { ...options, place: worse }),
      { ...options, place: better, text: "better.example" },
    );
    const one = raw(key, both);
    const source = better.includes(".")
      ? `${better} in ~/.flyte/config.yaml`
      : better;
    assertEquals(one?.[1], source);
    if (better !== "FLYTE_API_KEY") assertEquals(one?.[0], "better.example");
  },
);

/** Whose names come first. */
const TIERS = [
  /^--/,
  /^FLYTE_MCP_/,
  /^FLYTE_(?!MCP|ADMIN|TASK|PLATFORM|CREDENTIALS|API_KEY)/,
  /^FLYTE_(ADMIN|TASK)_/,
  /^FLYTE_(PLATFORM|CREDENTIALS)_/,
  /^FLYTE_API_KEY$/,
  /^[a-z]/,
];

Deno.test.each(OPTION_LIST.map(([key]) => [key]))(
  "OPTIONS order the places of %s by whose names they are",
  (key) => {
    const places = placesOf(key).filter((place) =>
      key !== "apiKey" || place !== "FLYTE_API_KEY"
    );
    const tiers = places.map((place) =>
      TIERS.findIndex((tier) => tier.test(place))
    );
    assertEquals(tiers.includes(-1), false);
    assertEquals(tiers, tiers.toSorted((one, other) => one - other));
  },
);

Deno.test.each([
  ["FLYTE_MCP_CLIENT_SECRET"],
  ["FLYTE_CLIENT_SECRET"],
  ["FLYTE_ADMIN_CLIENTSECRETENVVAR"],
  ["FLYTE_ADMIN_CLIENTSECRETLOCATION"],
  ["FLYTE_CREDENTIALS_CLIENT_SECRET"],
  ["FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR"],
  ["FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION"],
  ["FLYTE_API_KEY"],
  ["admin.clientSecretEnvVar"],
  ["admin.clientSecretLocation"],
])(
  "resolveConfig() takes the client secret from %s before all that follow",
  (place) => {
    const all: Record<string, string> = {
      FLYTE_MCP_CLIENT_SECRET: "direct-1",
      FLYTE_CLIENT_SECRET: "direct-2",
      FLYTE_ADMIN_CLIENTSECRETENVVAR: "ADMIN_SECRET",
      FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/admin",
      FLYTE_CREDENTIALS_CLIENT_SECRET: "direct-3",
      FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: "LEGACY_SECRET",
      FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION: "/run/legacy",
      FLYTE_API_KEY: btoa("key.example:ci:direct-4:None"),
    };
    const admin: Record<string, string> = {
      clientSecretEnvVar: "FILE_SECRET",
      clientSecretLocation: "/run/file",
    };
    const expected: Record<string, string> = {
      ...all,
      FLYTE_ADMIN_CLIENTSECRETENVVAR: "in ADMIN_SECRET",
      FLYTE_ADMIN_CLIENTSECRETLOCATION: "in /run/admin",
      FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR: "in LEGACY_SECRET",
      FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION: "in /run/legacy",
      FLYTE_API_KEY: "direct-4",
      "admin.clientSecretEnvVar": "in FILE_SECRET",
      "admin.clientSecretLocation": "in /run/file",
    };
    const before = Object.keys(expected).slice(
      0,
      Object.keys(expected).indexOf(place),
    );
    for (const name of before) {
      delete all[name];
      delete admin[name.replace("admin.", "")];
    }
    const env = {
      ...all,
      ADMIN_SECRET: "in ADMIN_SECRET",
      LEGACY_SECRET: "in LEGACY_SECRET",
      FILE_SECRET: "in FILE_SECRET",
    };
    const files = {
      "/run/admin": "in /run/admin\n",
      "/run/legacy": "in /run/legacy\n",
      "/run/file": "in /run/file\n",
      [FILE]: JSON.stringify({ admin }),
    };
    const { config } = resolveConfig(sourcesOf({ env, files }));
    assertEquals(config.clientSecret?.value.reveal(), expected[place]);
  },
);
