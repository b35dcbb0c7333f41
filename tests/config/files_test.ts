import { assertEquals, assertMatch } from "@std/assert";
import { resolveConfig } from "../../src/config/mod.ts";
import { HOME, type Machine, sourcesOf } from "./machine.ts";

const ROOT = "/work/training";
const CWD = `${ROOT}/models/bert`;

/** The search for files, first hit first, as flyte-sdk has it. */
const SEARCH = [
  { path: `${CWD}/config.yaml`, shown: `${CWD}/config.yaml` },
  { path: `${CWD}/.flyte/config.yaml`, shown: `${CWD}/.flyte/config.yaml` },
  { path: `${ROOT}/.flyte/config.yaml`, shown: `${ROOT}/.flyte/config.yaml` },
  { path: "/etc/uctl.yaml", shown: "/etc/uctl.yaml", named: "UCTL_CONFIG" },
  {
    path: `${HOME}/flytectl.yaml`,
    shown: "~/flytectl.yaml",
    named: "FLYTECTL_CONFIG",
  },
  { path: `${HOME}/.union/config.yaml`, shown: "~/.union/config.yaml" },
  { path: `${HOME}/.flyte/config.yaml`, shown: "~/.flyte/config.yaml" },
];

/** A machine with these files, each of which sets `task.project` to its path. */
function machineWith(found: typeof SEARCH): Machine {
  const files: Record<string, string> = { [`${ROOT}/.git/HEAD`]: "ref: x" };
  const env: Record<string, string> = {};
  for (const { path, named } of found) {
    files[path] = `task: {project: "${path}"}`;
    if (named) env[named] = path;
  }
  return { cwd: CWD, files, env };
}

Deno.test.each(SEARCH.map(({ shown }, at) => [shown, at] as const))(
  "resolveConfig() finds %s in its place",
  (shown, at) => {
    const sources = sourcesOf(machineWith(SEARCH.slice(at)));
    assertEquals(resolveConfig(sources).config.project, {
      value: SEARCH[at]?.path ?? "",
      source: `task.project in ${shown}`,
    });
  },
);

Deno.test.each([["--config"], ["FLYTE_MCP_CONFIG"]])(
  "resolveConfig() reads the file of %s and no other",
  (source) => {
    const machine = machineWith(SEARCH);
    const files = { ...machine.files, [`${CWD}/mine.yaml`]: "task: {org: o}" };
    const { config, faults } = resolveConfig(sourcesOf({
      ...machine,
      files,
      ...(source === "--config"
        ? { flags: { config: "mine.yaml" } }
        : { env: { ...machine.env, FLYTE_MCP_CONFIG: "mine.yaml" } }),
    }));
    assertEquals(config.org?.value, "o");
    assertEquals(config.project, null);
    assertEquals(faults.map(({ code }) => code), ["not_configured"]);
  },
);

Deno.test("resolveConfig() fills what the project's file leaves open", () => {
  const { config } = resolveConfig(sourcesOf({
    files: {
      "/work/training/models/.flyte/config.yaml": "task: {project: p}",
      [`${HOME}/.flyte/config.yaml`]:
        "{admin: {endpoint: flyte.example.com}, task: {project: q, org: o}}",
    },
  }));
  assertEquals(config.project?.value, "p");
  assertEquals(config.org?.value, "o");
  assertEquals(
    config.endpoint?.source,
    "admin.endpoint in ~/.flyte/config.yaml",
  );
});

Deno.test("resolveConfig() passes over a config.yaml of something else", () => {
  const { config, notices } = resolveConfig(sourcesOf({
    files: {
      "/work/training/models/config.yaml": "model: bert\nlearning_rate: 0.1",
      "/work/training/models/.flyte/config.yaml": "task: {project: p}",
    },
  }));
  assertEquals(config.project?.value, "p");
  assertEquals(notices, []);
});

Deno.test("resolveConfig() finds the git root of a worktree", () => {
  const { config } = resolveConfig(sourcesOf({
    cwd: CWD,
    files: {
      [`${ROOT}/.git`]: "gitdir: /elsewhere",
      [`${ROOT}/.flyte/config.yaml`]: "task: {project: p}",
    },
  }));
  assertEquals(config.project?.value, "p");
});

Deno.test("resolveConfig() looks no further up than the home folder", () => {
  const { config } = resolveConfig(sourcesOf({
    cwd: `${HOME}/notes`,
    env: { HOME },
    files: {
      "/home/.git/HEAD": "ref: x",
      "/home/.flyte/config.yaml": "task: {project: p}",
    },
  }));
  assertEquals(config.project, null);
});

Deno.test.each([[HOME], [`${HOME}/`]])(
  "resolveConfig() trusts the home folder's file when started in %s",
  (home) => {
    const { config, notices } = resolveConfig(sourcesOf({
      cwd: HOME,
      env: { HOME: home },
      files: {
        [`${HOME}/.flyte/config.yaml`]:
          "admin: {endpoint: 'flyte.example.com', clientId: ada}",
      },
    }));
    assertEquals(notices, []);
    assertEquals(config.clientId, {
      value: "ada",
      source: "admin.clientId in ~/.flyte/config.yaml",
    });
  },
);

Deno.test("resolveConfig() finds the home folder and the root on Windows", () => {
  const { config } = resolveConfig(sourcesOf({
    cwd: "D:\\work\\training\\models",
    env: { HOME: "", USERPROFILE: "C:\\Users\\ada" },
    files: {
      "D:\\work\\training/.git/HEAD": "ref: x",
      "D:\\work\\training/.flyte/config.yaml": "task: {project: p}",
      "C:\\Users\\ada/.flyte/config.yaml": "admin: {clientId: ada}",
    },
  }));
  assertEquals(config.project?.value, "p");
  assertEquals(config.clientId?.value, "ada");
});

Deno.test.each([
  ["admin: {endpoint: a", /line 1/],
  ["task: 1\ntask: 2", /line 2/],
  ["- a list", /mapping/],
  [
    "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]",
    /YAML/,
  ],
])("resolveConfig() faults a person's file with %j", (text, why) => {
  const path = `${HOME}/.flyte/config.yaml`;
  for (
    const machine of [
      { files: { [path]: text } },
      { files: { "/etc/f.yaml": text }, env: { UCTL_CONFIG: "/etc/f.yaml" } },
      { files: { "/etc/f.yaml": text }, flags: { config: "/etc/f.yaml" } },
    ]
  ) {
    const [fault, ...more] = resolveConfig(sourcesOf(machine)).faults;
    assertEquals(more, []);
    assertEquals(fault?.code, "config_invalid");
    assertMatch(fault?.message ?? "", why);
    assertMatch(fault?.message ?? "", /~\/\.flyte\/config|\/etc\/f\.yaml/);
  }
});

Deno.test("resolveConfig() notes a malformed file of the workspace once", () => {
  const path = "/work/training/models/.flyte/config.yaml";
  const { faults, notices } = resolveConfig(sourcesOf({
    env: { FLYTE_ENDPOINT: "flyte.example.com" },
    files: { "/work/training/models/.git/HEAD": "ref: x", [path]: "a: [" },
  }));
  assertEquals(faults, []);
  assertEquals(notices.length, 1);
  assertMatch(notices[0] ?? "", /models\/\.flyte\/config\.yaml.*YAML/);
});

Deno.test.each([
  ["--config", { flags: { config: "/etc/none.yaml" } }],
  ["UCTL_CONFIG", { env: { UCTL_CONFIG: "/etc/none.yaml" } }],
])(
  "resolveConfig() faults a file that %s names and is not there",
  (by, machine) => {
    const [fault] = resolveConfig(sourcesOf(machine)).faults;
    assertEquals(fault?.code, "config_invalid");
    assertMatch(fault?.message ?? "", new RegExp(`/etc/none\\.yaml.*${by}`));
  },
);
