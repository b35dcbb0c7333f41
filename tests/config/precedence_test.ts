import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { HOME, type Machine, sourcesOf } from "./machine.ts";

const FILE = `${HOME}/.flyte/config.yaml`;

/** Every place of a setting, best first; the last is a key of a file. */
const ROWS = [
  {
    key: "endpoint",
    places: [
      "--endpoint",
      "FLYTE_MCP_ENDPOINT",
      "FLYTE_ENDPOINT",
      "FLYTE_ADMIN_ENDPOINT",
      "admin.endpoint",
    ],
    values: ["a", "b", "c", "d", "e"].map((host) => `https://${host}.example`),
  },
  {
    key: "org",
    places: [
      "--org",
      "FLYTE_MCP_ORG",
      "FLYTE_ORG",
      "FLYTE_TASK_ORG",
      "task.org",
    ],
    values: ["a", "b", "c", "d", "e"],
  },
  {
    key: "project",
    places: [
      "--project",
      "FLYTE_MCP_PROJECT",
      "FLYTE_PROJECT",
      "FLYTE_TASK_PROJECT",
      "task.project",
    ],
    values: ["a", "b", "c", "d", "e"],
  },
  {
    key: "domain",
    places: [
      "--domain",
      "FLYTE_MCP_DOMAIN",
      "FLYTE_DOMAIN",
      "FLYTE_TASK_DOMAIN",
      "task.domain",
    ],
    values: ["a", "b", "c", "d", "e"],
  },
  {
    key: "authType",
    places: [
      "--auth-type",
      "FLYTE_MCP_AUTH_TYPE",
      "FLYTE_AUTH_TYPE",
      "FLYTE_ADMIN_AUTHTYPE",
      "admin.authType",
    ],
    values: [
      "Pkce",
      "DeviceFlow",
      "ClientSecret",
      "ExternalCommand",
      "Passthrough",
    ],
  },
  {
    key: "clientId",
    places: [
      "FLYTE_MCP_CLIENT_ID",
      "FLYTE_CLIENT_ID",
      "FLYTE_ADMIN_CLIENTID",
      "admin.clientId",
    ],
    values: ["a", "b", "c", "d"],
  },
  {
    key: "audience",
    places: [
      "FLYTE_MCP_AUDIENCE",
      "FLYTE_AUDIENCE",
      "FLYTE_ADMIN_AUDIENCE",
      "admin.audience",
    ],
    values: ["a", "b", "c", "d"],
  },
] as const;

Deno.test.each(ROWS)(
  "resolveConfig() takes $key from the best place that has it",
  ({ key, places, values }) => {
    places.forEach((place, first) => {
      const machine = places.slice(first).reduce<Machine>(
        (machine, place, at) =>
          withSetting(machine, { key, place, value: values[first + at] ?? "" }),
        {},
      );
      const { config } = resolveConfig(sourcesOf(machine));
      const source = place.includes(".")
        ? `${place} in ~/.flyte/config.yaml`
        : place;
      assertEquals<unknown>(config[key], { value: values[first], source });
    });
  },
);

function withSetting(
  machine: Machine,
  { key, place, value }: { key: string; place: string; value: string },
): Machine {
  if (place.startsWith("--")) return { ...machine, flags: { [key]: value } };
  if (!place.includes(".")) {
    return { ...machine, env: { ...machine.env, [place]: value } };
  }
  const [section, name] = place.split(".");
  return { ...machine, files: { [FILE]: `${section}: {${name}: "${value}"}` } };
}

Deno.test("resolveConfig() has defaults for what is set nowhere", () => {
  const { config } = resolveConfig(sourcesOf({}));
  const { domain, interactive, commandEnv, ...rest } = config;
  assertEquals(interactive, { value: "auto", source: "default" });
  assertEquals(commandEnv, []);
  assertEquals(domain, { value: "development", source: "default" });
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
