import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { NO_PROXIES } from "../../src/config/proxy.ts";
import { HOME, sourcesOf } from "./machine.ts";

const FILE = `${HOME}/.flyte/config.yaml`;

Deno.test("resolveConfig() has defaults for what is set nowhere", () => {
  const { config } = resolveConfig(sourcesOf({}));
  const { domain, interactive, commandEnv, proxies, maxResultBytes, ...rest } =
    config;
  assertEquals(interactive, { value: "auto", source: "default" });
  assertEquals(commandEnv, []);
  assertEquals(proxies, NO_PROXIES);
  assertEquals(domain, { value: "development", source: "default" });
  assertEquals(maxResultBytes, { value: 20_480, source: "default" });
  assertEquals([...new Set(Object.values(rest))], [null]);
});

Deno.test("resolveConfig() works from the environment alone", () => {
  const resolved = resolveConfig(sourcesOf({
    env: { FLYTE_ENDPOINT: "flyte.example.com", FLYTE_PROJECT: " ml-prod " },
  }));
  assertEquals(resolved.faults, []);
  assertEquals(resolved.notices, []);
  assertEquals(resolved.config.endpoint?.value, "https://flyte.example.com");
  assertEquals(resolved.config.project?.value, "ml-prod");
});

Deno.test("resolveConfig() takes an empty variable for one that is not set", () => {
  const { config } = resolveConfig(sourcesOf({
    env: {
      FLYTE_MCP_PROJECT: "",
      FLYTE_PROJECT: "  ",
      FLYTE_TASK_PROJECT: "p",
    },
  }));
  assertEquals(config.project, { value: "p", source: "FLYTE_TASK_PROJECT" });
});

Deno.test.each([
  ["openid offline"],
  ["openid,offline"],
  ["openid, offline"],
  ['["openid","offline"]'],
])("resolveConfig() reads the list %j from a variable", (text) => {
  const { config } = resolveConfig(sourcesOf({ env: { FLYTE_SCOPES: text } }));
  assertEquals(config.scopes, {
    value: ["openid", "offline"],
    source: "FLYTE_SCOPES",
  });
});

Deno.test("resolveConfig() reads lists and numbers of a file", () => {
  const { config, faults } = resolveConfig(sourcesOf({
    files: {
      [FILE]: `
admin: {endpoint: flyte.example.com, scopes: [openid, offline], clientId: 42}
task: {project: 7}
`,
    },
  }));
  assertEquals(faults, []);
  assertEquals(config.scopes?.value, ["openid", "offline"]);
  assertEquals(config.clientId?.value, "42");
  assertEquals(config.project?.value, "7");
});

Deno.test("resolveConfig() gives the same answer for the same machine", () => {
  const sources = sourcesOf({
    env: { FLYTE_ENDPOINT: "ftp://x", FLYTE_AUTH_TYPE: "magic" },
    files: { [FILE]: "task: {project: p}" },
  });
  assertEquals(resolveConfig(sources), resolveConfig(sources));
});
