import { assertEquals, assertMatch } from "@std/assert";
import { limitsOf } from "../../src/client/limits/limits.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { type Machine, sourcesOf } from "./machine.ts";

function resolve(env: Record<string, string>, machine: Machine = {}) {
  const own = { FLYTE_ENDPOINT: "flyte.example.com", ...env };
  return resolveConfig(sourcesOf({ ...machine, env: own }));
}

for (
  const [env, code, message, step] of [
    [
      { FLYTE_MCP_PIN: "project" },
      "config_invalid",
      "FLYTE_MCP_PIN pins the project, and none is configured.",
      "Set FLYTE_PROJECT or --project, or remove project from FLYTE_MCP_PIN.",
    ],
    [
      { FLYTE_MCP_PIN: "domain,project", FLYTE_PROJECT: "p" },
      "config_invalid",
      "FLYTE_MCP_PIN pins the domain, and none is configured.",
      "Set FLYTE_DOMAIN or --domain, or remove domain from FLYTE_MCP_PIN.",
    ],
    [
      { FLYTE_MCP_PIN: "org" },
      "config_invalid",
      'FLYTE_MCP_PIN cannot be used: expected project, domain or both, got "org".',
      "Correct FLYTE_MCP_PIN.",
    ],
    [
      { FLYTE_MCP_ALLOWED_PROJECTS: "a,b", FLYTE_PROJECT: "c" },
      "config_conflict",
      'FLYTE_PROJECT is the project "c", which FLYTE_MCP_ALLOWED_PROJECTS does not allow.',
      "Set FLYTE_PROJECT to one that is allowed (a, b), or add it to FLYTE_MCP_ALLOWED_PROJECTS.",
    ],
    [
      { FLYTE_MCP_ALLOWED_DOMAINS: "production" },
      "config_conflict",
      "No domain is set, so it is development, which FLYTE_MCP_ALLOWED_DOMAINS does not allow.",
      "Set FLYTE_DOMAIN or --domain to one that is allowed (production), or add it to FLYTE_MCP_ALLOWED_DOMAINS.",
    ],
    [
      { FLYTE_MCP_ALLOWED_TASKS: " , " },
      "config_invalid",
      'FLYTE_MCP_ALLOWED_TASKS cannot be used: expected at least one name, got ",".',
      "Correct FLYTE_MCP_ALLOWED_TASKS.",
    ],
  ] as const
) {
  Deno.test(`resolveConfig() faults ${JSON.stringify(env)}`, () => {
    const { faults } = resolve(env);
    assertEquals(faults, [{ code, message, nextStep: step }]);
  });
}

for (
  const env of [
    {},
    { FLYTE_MCP_PIN: "project", FLYTE_PROJECT: "p" },
    { FLYTE_MCP_PIN: "Project, Domain", FLYTE_PROJECT: "p", FLYTE_DOMAIN: "d" },
    { FLYTE_MCP_ALLOWED_PROJECTS: "p" },
    { FLYTE_MCP_ALLOWED_PROJECTS: "p q", FLYTE_PROJECT: "q" },
    { FLYTE_MCP_ALLOWED_DOMAINS: "production,development" },
  ]
) {
  Deno.test(`resolveConfig() takes ${JSON.stringify(env)}`, () => {
    assertEquals(resolve(env).faults, []);
  });
}

Deno.test("resolveConfig() takes no allow-list from a config file", () => {
  const file = "mcp:\n  allowedProjects: [p]\ntask:\n  project: q\n";
  const { config } = resolve({}, {
    files: { "/home/ada/.flyte/config.yaml": file },
  });
  assertEquals(config.allowedProjects, null);
});

Deno.test("a workspace's project that is not allowed is a fault, and not used", () => {
  const { faults } = resolve({ FLYTE_MCP_ALLOWED_PROJECTS: "p" }, {
    files: { "/work/training/models/config.yaml": "task:\n  project: q\n" },
  });
  assertEquals(faults.length, 1);
  assertMatch(
    faults[0]?.message ?? "",
    /task\.project in .*"q".*does not allow/,
  );
});

for (
  const env of [
    { FLYTE_MCP_ALLOWED_PROJECTS: "," },
    { FLYTE_MCP_ALLOWED_PROJECTS_FROM_FILE: "/nowhere" },
    { FLYTE_MCP_ALLOWED_PROJECTS_FROM_ENV_VAR: "NOWHERE" },
    { FLYTE_MCP_PIN: "project" },
  ] as const
) {
  Deno.test(`what cannot be read allows nothing: ${JSON.stringify(env)}`, () => {
    const { config, faults } = resolve(env);
    assertEquals(faults.length, 1);
    assertEquals(limitsOf(config)?.projects?.value, []);
  });
}

Deno.test("limitsOf() takes a pin for a list of one", () => {
  const { config } = resolve({
    FLYTE_MCP_PIN: "project,domain",
    FLYTE_PROJECT: "p",
    FLYTE_DOMAIN: "d",
    FLYTE_MCP_ALLOWED_PROJECTS: "p,q",
  });
  assertEquals(limitsOf(config), {
    projects: { value: ["p"], source: "FLYTE_MCP_PIN" },
    domains: { value: ["d"], source: "FLYTE_MCP_PIN" },
    tasks: null,
  });
  assertEquals(limitsOf(resolve({}).config), null);
});
