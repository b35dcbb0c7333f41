import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { CWD, HOME, type Machine, sourcesOf } from "./machine.ts";

const FILE = `${HOME}/.flyte/config.yaml`;

/** Configurations that cannot be used, by what is wrong with them. */
const WRONG: Record<string, Machine> = {
  "nothing is set": {},
  "nothing is allowed": { hides: () => true },
  "the endpoint is no address": { env: { FLYTE_ENDPOINT: "flyte example" } },
  "the endpoint has a password": {
    env: { FLYTE_ENDPOINT: "https://ada:hunter2@flyte.example.com" },
  },
  "plain http with a secret": {
    env: {
      FLYTE_ENDPOINT: "http://flyte.example.com",
      FLYTE_ACCESS_TOKEN: "made-up",
    },
  },
  "two logins": {
    env: {
      FLYTE_ENDPOINT: "flyte.example.com",
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET: "made-up",
      FLYTE_ACCESS_TOKEN: "made-up",
    },
  },
  "a malformed file": { files: { [FILE]: "admin: {\n  endpoint: x\ntask:" } },
  "a file that is not there": { flags: { config: "~/flyte.yaml" } },
  "a workspace that wants a secret": {
    env: { FLYTE_ACCESS_TOKEN: "made-up" },
    files: {
      [`${CWD}/.flyte/config.yaml`]:
        "admin: {endpoint: evil.example, command: [curl]}",
    },
  },
  "many things": {
    env: {
      FLYTE_AUTH_TYPE: "magic",
      FLYTE_SCOPES: '["openid"',
      FLYTE_ACCESS_TOKEN: "made up",
      FLYTE_MCP_TOKEN_STORE: "floppy",
    },
    files: { [FILE]: "admin: {endpoint: [a, b]}" },
  },
};

Deno.test.each(
  Object.entries(WRONG).map(([what, machine]) => ({ what, machine })),
)(
  "resolveConfig() tells the person when $what",
  async ({ machine }, t) => {
    const { faults, notices } = resolveConfig(sourcesOf(machine));
    const told = [
      ...faults.map(({ code, message, nextStep }) =>
        `${code}\n  ${message}\n  ${nextStep}\n`
      ),
      ...notices.map((notice) => `notice\n  ${notice}\n`),
    ];
    await t.assertSnapshot(told.join("\n"), { serializer: String });
  },
);

Deno.test("resolveConfig() reports every fault at once, a missing endpoint too", () => {
  const { faults } = resolveConfig(
    sourcesOf({ env: { FLYTE_AUTH_TYPE: "magic", FLYTE_SCOPES: "[" } }),
    ["The flag --endpiont does not exist."],
  );
  assertEquals(
    faults.map(({ code, message }) => [code, message.slice(0, 20)]),
    [
      ["config_invalid", "The flag --endpiont "],
      ["config_invalid", "FLYTE_SCOPES cannot "],
      ["config_invalid", "FLYTE_AUTH_TYPE cann"],
      ["not_configured", "No Flyte endpoint is"],
    ],
  );
});

Deno.test.each([
  [{ env: { FLYTE_ENDPOINT: "ftp://x" } }],
  [{ files: { [FILE]: "admin: [" } }],
])(
  "resolveConfig() does not call an unreadable endpoint missing: %j",
  (machine) => {
    const { faults } = resolveConfig(sourcesOf(machine));
    assertEquals(faults.map(({ code }) => code), ["config_invalid"]);
  },
);
