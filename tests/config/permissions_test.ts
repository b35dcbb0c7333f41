import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { CWD, HOME, type Machine, sourcesOf } from "./machine.ts";

function onlyFault(machine: Machine) {
  const [fault, ...more] = resolveConfig(sourcesOf(machine)).faults;
  assertEquals(more, []);
  return fault;
}

Deno.test.each([
  ["FLYTE_ENDPOINT", "--allow-env=FLYTE_ENDPOINT"],
  ["FLYTE_MCP_CONFIG", "--allow-env=FLYTE_MCP_CONFIG"],
  ["UCTL_CONFIG", "--allow-env=UCTL_CONFIG"],
  ["FLYTECTL_CONFIG", "--allow-env=FLYTECTL_CONFIG"],
  ["HOME", "--allow-env=HOME"],
  [`${HOME}/.union/config.yaml`, `--allow-read=${HOME}/.union/config.yaml`],
  [`${HOME}/.flyte/config.yaml`, `--allow-read=${HOME}/.flyte/config.yaml`],
  [`${CWD}/config.yaml`, `--allow-read=${CWD}/config.yaml`],
  [`${CWD}/.flyte/config.yaml`, `--allow-read=${CWD}/.flyte/config.yaml`],
])("resolveConfig() asks for %s when it is hidden", (name, flag) => {
  const fault = onlyFault({ hides: (what) => what === name });
  assertEquals(fault?.code, "permission_missing");
  assertEquals(
    fault?.nextStep,
    `Start the server with --endpoint, or show it those places with ${flag}.`,
  );
});

Deno.test("resolveConfig() asks for nothing that cannot hold the endpoint", () => {
  const hidden = [
    "FLYTE_PROJECT",
    "FLYTE_SCOPES",
    "FLYTE_CLIENT_ID",
    "USERPROFILE",
  ];
  const fault = onlyFault({ hides: (what) => hidden.includes(what) });
  assertEquals(fault?.code, "not_configured");
});

Deno.test("resolveConfig() joins flags of one kind", () => {
  const fault = onlyFault({ hides: () => true });
  assertEquals(fault?.code, "permission_missing");
  assertEquals(fault?.nextStep.match(/--allow-env=/g)?.length, 1);
  assertMatch(fault?.nextStep ?? "", /=\S*\bFLYTE_ENDPOINT\b/);
  assertMatch(fault?.nextStep ?? "", /=\S*\bHOME\b/);
  assertNotMatch(fault?.nextStep ?? "", /SECRET|TOKEN|DOMAIN/);
});

Deno.test("resolveConfig() says not configured only when all was in sight", () => {
  assertEquals(onlyFault({})?.code, "not_configured");
});

Deno.test("resolveConfig() asks for nothing when the endpoint is known", () => {
  const { faults } = resolveConfig(sourcesOf({
    flags: { endpoint: "flyte.example.com" },
    hides: () => true,
  }));
  assertEquals(faults, []);
});

const NAMED: readonly (readonly [Machine])[] = [
  [{ flags: { config: "/etc/flyte.yaml" } }],
  [{ env: { UCTL_CONFIG: "/etc/flyte.yaml" } }],
];

Deno.test.each(NAMED)(
  "resolveConfig() asks for a hidden file that %j names",
  (named) => {
    for (const flags of [{}, { endpoint: "flyte.example.com" }]) {
      const fault = onlyFault({
        ...named,
        flags: { ...named.flags, ...flags },
        hides: (what) => what === "/etc/flyte.yaml",
      });
      assertEquals(fault?.code, "permission_missing");
      assertMatch(fault?.nextStep ?? "", /--allow-read=\/etc\/flyte\.yaml/);
    }
  },
);

Deno.test.each([
  ["CLIENTSECRETENVVAR", "CI_SECRET", "--allow-env=CI_SECRET"],
  ["CLIENTSECRETLOCATION", "/run/secret", "--allow-read=/run/secret"],
  ["CACERTFILEPATH", "/etc/ca.pem", "--allow-read=/etc/ca.pem"],
])(
  "resolveConfig() asks for what %s names when it is hidden",
  (key, target, flag) => {
    const fault = onlyFault({
      env: { FLYTE_ENDPOINT: "my.example", [`FLYTE_ADMIN_${key}`]: target },
      hides: (what) => what === target,
    });
    assertEquals(fault?.code, "permission_missing");
    assertMatch(fault?.nextStep ?? "", new RegExp(flag));
  },
);
