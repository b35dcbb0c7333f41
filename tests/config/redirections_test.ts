/** `<NAME>_FROM_ENV_VAR` and `<NAME>_FROM_FILE`, for every name there is. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Finder } from "../../src/config/finder.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { OPTION_LIST, type OptionKey } from "../../src/config/options.ts";
import { HOME, type Machine, sourcesOf } from "./machine.ts";
import { API_KEY, merge, SAMPLES } from "./samples.ts";

const NAMES = OPTION_LIST.flatMap(([key, { env }]) =>
  env.map((name) => ({ key, name }))
);

function raw(key: OptionKey, machine: Machine) {
  const found = new Finder(sourcesOf(machine)).raw(key);
  return found && [found.value, found.source];
}

Deno.test.each(NAMES)(
  "$name is looked up, then its variable, then its file",
  ({ key, name }) => {
    const env: Record<string, string> = {
      [name]: "by-name",
      [`${name}_FROM_ENV_VAR`]: "OTHER",
      OTHER: "by-variable",
      [`${name}_FROM_FILE`]: "/run/other",
    };
    const files = { "/run/other": "by-\r\nfile\n" };
    assertEquals(raw(key, { env, files }), ["by-name", name]);
    env[name] = " ";
    const variable = ["by-variable", `${name}_FROM_ENV_VAR`];
    assertEquals(raw(key, { env, files }), variable);
    delete env.OTHER;
    const file = ["by-file", `${name}_FROM_FILE`];
    assertEquals(raw(key, { env, files }), file);
  },
);

Deno.test.each(NAMES)(
  "$name comes through both redirections into the configuration",
  ({ key, name }) => {
    const sample = SAMPLES[key];
    const ways: Machine[] = [
      { env: { [`${name}_FROM_ENV_VAR`]: "OTHER", OTHER: sample.text } },
      {
        env: { [`${name}_FROM_FILE`]: "~/other" },
        files: { [`${HOME}/other`]: `${sample.text}\n` },
      },
    ];
    for (const way of ways) {
      const machine = merge(way, sample.with);
      assertEquals(
        sample.seen(resolveConfig(sourcesOf(machine))),
        sample.value,
      );
    }
  },
);

/** Where a redirection leads, and how a person mends it. */
const NOWHERE = [
  {
    what: "a variable that is not set",
    suffix: "_FROM_ENV_VAR",
    target: "OTHER",
    machine: {},
    code: "config_invalid",
    says: /the variable OTHER, which is missing/,
    nextStep: /^Correct FLYTE_\w+_FROM_ENV_VAR\.$/,
  },
  {
    what: "a blank variable",
    suffix: "_FROM_ENV_VAR",
    target: "OTHER",
    machine: { env: { OTHER: " \n" } },
    code: "config_invalid",
    says: /the variable OTHER, which is missing, empty/,
    nextStep: /^Correct FLYTE_\w+_FROM_ENV_VAR\.$/,
  },
  {
    what: "a hidden variable",
    suffix: "_FROM_ENV_VAR",
    target: "OTHER",
    machine: { hides: (what: string) => what === "OTHER" },
    code: "permission_missing",
    says: /the variable OTHER, which Deno's permissions hide/,
    nextStep: /with --allow-env=OTHER besides/,
  },
  {
    what: "a file that is not there",
    suffix: "_FROM_FILE",
    target: "/run/other",
    machine: {},
    code: "config_invalid",
    says: /the file "\/run\/other", which is missing, empty or cannot be read/,
    nextStep: /^Correct FLYTE_\w+_FROM_FILE\.$/,
  },
  {
    what: "an empty file",
    suffix: "_FROM_FILE",
    target: "/run/other",
    machine: { files: { "/run/other": "\n" } },
    code: "config_invalid",
    says: /the file "\/run\/other", which is missing, empty/,
    nextStep: /^Correct FLYTE_\w+_FROM_FILE\.$/,
  },
  {
    what: "a hidden file",
    suffix: "_FROM_FILE",
    target: "/run/other",
    machine: { hides: (what: string) => what === "/run/other" },
    code: "permission_missing",
    says: /the file "\/run\/other", which Deno's permissions hide/,
    nextStep: /with --allow-read=\/run\/other besides/,
  },
] as const;

Deno.test.each(NOWHERE)(
  "a redirection to $what is a fault that names it, for every name",
  ({ suffix, target, machine, code, says, nextStep }) => {
    for (const { name } of NAMES) {
      const env = {
        // Of several names an endpoint's would be asked for as well.
        ...(/_(ENDPOINT|URL|CONFIG|API_KEY)$/.test(name)
          ? {}
          : { FLYTE_ENDPOINT: "flyte.example.com" }),
        [`${name}${suffix}`]: target,
      };
      const { faults } = resolveConfig(sourcesOf(merge({ env }, machine)));
      const own = faults.filter(({ message }) =>
        message.startsWith(`${name}${suffix} names`)
      );
      assertEquals(own.length, 1, name);
      assertEquals(own[0]?.code, code);
      assertMatch(own[0]?.message ?? "", says);
      assertMatch(own[0]?.nextStep ?? "", nextStep);
    }
  },
);

Deno.test.each([
  ["FLYTE_ENDPOINT_FROM_FILE"],
  ["FLYTE_MCP_CONFIG_FROM_FILE"],
  ["FLYTE_API_KEY_FROM_FILE"],
])("%s that leads nowhere is told alone", (name) => {
  const { faults } = resolveConfig(
    sourcesOf({ env: { [name]: "/run/other" } }),
  );
  assertEquals(faults.map(({ code }) => code), ["config_invalid"]);
  assertMatch(faults[0]?.message ?? "", new RegExp(name));
});

Deno.test("a secret that leads nowhere is not asked for a second time", () => {
  const { faults } = resolveConfig(sourcesOf({
    env: {
      FLYTE_ENDPOINT: "flyte.example.com",
      FLYTE_AUTH_TYPE: "basic",
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET_FROM_FILE: "/run/secret",
    },
  }));
  assertEquals(faults.length, 1);
  assertMatch(faults[0]?.message ?? "", /^FLYTE_CLIENT_SECRET_FROM_FILE names/);
});

Deno.test("a redirection is followed though its bare name is hidden", () => {
  const { config, faults } = resolveConfig(sourcesOf({
    env: {
      FLYTE_ENDPOINT_FROM_ENV_VAR: "OTHER",
      OTHER: "flyte.example.com",
      FLYTE_ACCESS_TOKEN_FROM_FILE: "/run/token",
    },
    files: { "/run/token": "made-up" },
    hides: (what) => /^FLYTE_\w+(?<!_FROM_(ENV_VAR|FILE))$/.test(what),
  }));
  assertEquals(faults, []);
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
  assertEquals(config.accessToken?.value.reveal(), "made-up");
});

Deno.test.each([
  ["FLYTE_CLIENT_SECRET_FROM_ENV_VAR", "hunter2=/+hunter2"],
  ["FLYTE_CLIENT_SECRET_FROM_ENV_VAR", "hunter2".repeat(20)],
  ["FLYTE_CLIENT_SECRET_FROM_FILE", "hunter2-hunter2"],
  ["FLYTE_ACCESS_TOKEN_FROM_FILE", "eyJhunter2.eyJhunter2.hunter2_hunter2"],
  ["FLYTE_API_KEY_FROM_FILE", btoa("flyte.example:hunter2:hunter2:None")],
  ["FLYTE_ADMIN_CLIENTSECRETENVVAR", "hunter2/hunter2"],
  ["FLYTE_ADMIN_CLIENTSECRETLOCATION", "hunter2hunter2"],
])("%s that was given the secret itself does not repeat it", (name, secret) => {
  for (const hides of [() => false, (what: string) => what.includes(secret)]) {
    const env = { FLYTE_ENDPOINT: "flyte.example.com", [name]: secret };
    const { faults } = resolveConfig(sourcesOf({ env, hides }));
    assertEquals(faults.length, 1);
    assertMatch(JSON.stringify(faults), new RegExp(`${name} names a`));
    assertNotMatch(JSON.stringify(faults), /hunter2/);
    assertEquals(JSON.stringify(faults).includes(secret), false);
  }
});

/** Secrets that are read anew, by the variable whose file holds them. */
const ROTATING = [
  { name: "FLYTE_CLIENT_SECRET", key: "clientSecret", text: (s: string) => s },
  {
    name: "FLYTE_CREDENTIALS_CLIENT_SECRET",
    key: "clientSecret",
    text: (s: string) => s,
  },
  { name: "FLYTE_ACCESS_TOKEN", key: "accessToken", text: (s: string) => s },
  {
    name: "FLYTE_AUTH_METADATA",
    key: "authMetadata",
    text: (s: string) => `x-token=${s}`,
  },
  {
    name: "FLYTE_API_KEY",
    key: "clientSecret",
    text: (s: string) => btoa(`flyte.example:ci:${s}:None`),
  },
] as const;

Deno.test.each(ROTATING)(
  "what the file of $name holds is read again, and kept while it is gone",
  ({ name, key, text }) => {
    const files: Record<string, string> = { "/run/s": `${text("old")}\n` };
    const env = {
      FLYTE_ENDPOINT: "flyte.example",
      [`${name}_FROM_FILE`]: "/run/s",
    };
    const { config } = resolveConfig(sourcesOf({ env, files }));
    const now = () => config[key]?.value.reveal().replace("x-token=", "");
    assertEquals(now(), "old");
    files["/run/s"] = `${text("new")}\n`;
    assertEquals(now(), "new");
    files["/run/s"] = "";
    assertEquals(now(), "new");
    delete files["/run/s"];
    assertEquals(now(), "new");
    files["/run/s"] = text("newer");
    assertEquals(now(), "newer");
  },
);

Deno.test.each([
  ["another client", btoa("flyte.example:other:new:None")],
  ["another Flyte", btoa("evil.example:ci:new:None")],
  ["no key", "rubbish"],
])("a key's file that holds %s by now changes nothing", (_what, text) => {
  const files: Record<string, string> = {
    "/run/key": btoa("flyte.example:ci:old:None"),
  };
  const { config } = resolveConfig(sourcesOf({
    env: { FLYTE_API_KEY_FROM_FILE: "/run/key" },
    files,
  }));
  files["/run/key"] = text;
  assertEquals(config.clientSecret?.value.reveal(), "old");
  assertEquals(config.clientId?.value, "ci");
});

Deno.test("an API key comes from a variable or a file as well", () => {
  for (
    const machine of [
      { env: { FLYTE_API_KEY_FROM_ENV_VAR: "OTHER", OTHER: API_KEY } },
      {
        env: { FLYTE_MCP_API_KEY_FROM_FILE: "/run/key" },
        files: { "/run/key": API_KEY.replace(/.{20}/g, "$&\n") },
      },
    ]
  ) {
    const { config, faults } = resolveConfig(sourcesOf(machine));
    assertEquals(faults, []);
    assertEquals(config.endpoint?.value, "https://key.example");
    assertEquals(config.authType?.value, "ClientSecret");
  }
});
