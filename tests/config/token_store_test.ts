import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { stateFolder } from "../../src/config/token_store.ts";
import { sourcesOf } from "./machine.ts";

const FOLDERS = [
  ["linux", { HOME: "/home/ada" }, "/home/ada/.local/state/flyte-mcp"],
  [
    "linux",
    { HOME: "/home/ada", XDG_STATE_HOME: "/state" },
    "/state/flyte-mcp",
  ],
  [
    "linux",
    { HOME: "/home/ada", XDG_STATE_HOME: "relative" },
    "/home/ada/.local/state/flyte-mcp",
  ],
  ["linux", {}, null],
  [
    "darwin",
    { HOME: "/Users/ada" },
    "/Users/ada/Library/Application Support/flyte-mcp",
  ],
  [
    "windows",
    {
      USERPROFILE: "C:\\Users\\ada",
      LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
    },
    "C:\\Users\\ada\\AppData\\Local\\flyte-mcp",
  ],
  [
    "windows",
    { USERPROFILE: "C:\\Users\\ada" },
    "C:\\Users\\ada\\AppData\\Local\\flyte-mcp",
  ],
] as const;

for (const [os, env, expected] of FOLDERS) {
  const names = Object.keys(env).join(" and ") || "nothing";
  Deno.test(`stateFolder() on ${os} with ${names} is ${expected}`, () => {
    const variables: Readonly<Record<string, string>> = env;
    const folder = stateFolder((name) => {
      const text = variables[name];
      return text === undefined ? { kind: "absent" } : { kind: "found", text };
    }, os);
    assertEquals(folder, expected);
  });
}

const SETTINGS = [
  [{ FLYTE_MCP_TOKEN_STORE: "Memory" }, "memory"],
  [{ FLYTE_MCP_TOKEN_STORE: "/var/lib/ada/" }, "/var/lib/ada"],
  [{ FLYTE_MCP_TOKEN_STORE: "D:\\logins" }, "D:\\logins"],
  [{ FLYTE_ADMIN_DISABLEKEYRING: "true" }, "memory"],
  [{ FLYTE_ADMIN_DISABLEKEYRING: "false" }, undefined],
  [{
    FLYTE_ADMIN_DISABLEKEYRING: "true",
    FLYTE_MCP_TOKEN_STORE: "/var/lib/ada",
  }, "/var/lib/ada"],
  [{}, undefined],
] as const;

for (const [env, expected] of SETTINGS) {
  Deno.test(`the token store with ${JSON.stringify(env)} is ${expected}`, () => {
    const { config, faults } = resolveConfig(
      sourcesOf({ env: { FLYTE_ENDPOINT: "flyte.example.com", ...env } }),
    );
    assertEquals(faults, []);
    assertEquals(config.tokenStore?.value, expected);
  });
}

for (const value of ["floppy", "./logins", "~/logins"]) {
  Deno.test(`FLYTE_MCP_TOKEN_STORE=${value} is refused`, () => {
    const { faults } = resolveConfig(
      sourcesOf({
        env: { FLYTE_ENDPOINT: "x.example", FLYTE_MCP_TOKEN_STORE: value },
      }),
    );
    assertEquals(faults.map(({ code }) => code), ["config_invalid"]);
  });
}

Deno.test("a config file's admin.disableKeyring keeps logins in memory", () => {
  const { config } = resolveConfig(sourcesOf({
    files: {
      "/home/ada/.flyte/config.yaml":
        "admin:\n  endpoint: flyte.example.com\n  disableKeyring: true\n",
    },
  }));
  assertEquals(config.tokenStore?.value, "memory");
});
