import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { Setting } from "../../src/config/sources.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { selectTools, type ToolSettings } from "../../src/tools/surface.ts";
import {
  DEFAULT_TOOLSETS,
  defineTool,
  OPT_IN_TOOLSETS,
  READS,
} from "../../src/tools/tool.ts";

/** A tool that this version does not have. */
const ABORT_RUN = defineTool({
  name: "abort_run",
  title: "Abort a Flyte run",
  toolset: "runs",
  description: "Aborts a run; made up for a test.",
  input: {},
  output: {},
  annotations: { ...READS, readOnlyHint: false, destructiveHint: true },
  run: () => Promise.resolve({ text: "", data: {} }),
});

const CATALOGUE = [...TOOLS, ABORT_RUN];

const ALWAYS = ["auth_status", "doctor", "login", "logout"];

type Named = Partial<Record<"toolsets" | "tools" | "excludeTools", string[]>>;

function settingsOf(named: Named): ToolSettings {
  const setting = (key: keyof Named): Setting<string[]> | null => {
    const value = named[key];
    return value ? { value, source: `the ${key}` } : null;
  };
  return {
    toolsets: setting("toolsets"),
    tools: setting("tools"),
    excludeTools: setting("excludeTools"),
    pin: null,
    project: null,
    domain: { value: "development", source: "default" },
  };
}

function select(named: Named) {
  const { tools, faults } = selectTools(CATALOGUE, settingsOf(named));
  return { names: tools.map(({ name }) => name), faults };
}

/** Names of tools of these groups, and those that are always there. */
function namesOf(groups: readonly string[]): string[] {
  return TOOLS.filter(({ name, toolset }) =>
    groups.includes(toolset) || ALWAYS.includes(name)
  ).map(({ name }) => name);
}

for (
  const [named, expected] of [
    [{}, namesOf(DEFAULT_TOOLSETS)],
    [{ toolsets: ["default"] }, namesOf(DEFAULT_TOOLSETS)],
    [
      { toolsets: ["all"] },
      namesOf([...DEFAULT_TOOLSETS, ...OPT_IN_TOOLSETS]),
    ],
    [{ toolsets: ["default", "apps"] }, namesOf([...DEFAULT_TOOLSETS, "apps"])],
    [{ toolsets: ["secrets"] }, namesOf(["secrets"])],
    [{ tools: ["get_run"] }, [...ALWAYS, "get_run"].toSorted()],
    [
      { toolsets: ["projects"], tools: ["get_run"] },
      [...namesOf(["projects"]), "get_run"].toSorted(),
    ],
    [
      { tools: ["get_run", "get_logs"], excludeTools: ["get_logs", "logout"] },
      ["auth_status", "doctor", "get_run", "login"],
    ],
  ] as const
) {
  Deno.test(`selectTools() of ${JSON.stringify(named)} are the tools that are meant`, () => {
    const { names, faults } = select(structuredClone(named) as Named);
    assertEquals(names, expected);
    assertEquals(faults, []);
  });
}

Deno.test("selectTools() has no more than 20 tools by default", () => {
  const { names } = select({});
  assert(names.length <= 20, `${names.length}: ${names}`);
});

Deno.test("selectTools() never has a tool that writes, though it is named", () => {
  const { names, faults } = select({
    toolsets: ["all"],
    tools: ["abort_run"],
  });
  assertEquals(names.includes("abort_run"), false);
  assertEquals(faults, [{
    code: "config_invalid",
    message:
      "the tools names abort_run, which writes, and this server only reads.",
    nextStep: "Remove abort_run from the tools.",
  }]);
});

Deno.test("selectTools() says which names do not exist, the nearest first", () => {
  const { faults } = select({
    toolsets: ["triger"],
    tools: ["get_lgos"],
    excludeTools: ["list_run"],
  });
  const [toolset, tool, excluded] = faults;
  assertEquals(faults.length, 3);
  assertEquals(
    toolset?.message,
    'the toolsets names "triger", which is no toolset.',
  );
  assertMatch(
    toolset?.nextStep ?? "",
    /^Correct the toolsets\. Toolsets: triggers, .*\ball\b/,
  );
  assertMatch(tool?.nextStep ?? "", /Tools: get_logs, /);
  assertMatch(excluded?.nextStep ?? "", /Tools: list_runs, /);
  for (const name of TOOLS) assert(tool?.nextStep.includes(name.name));
});

Deno.test("selectTools() faults a surface without any tool", () => {
  const { names, faults } = select({
    tools: ["get_run"],
    excludeTools: [...ALWAYS, "get_run"],
  });
  assertEquals(names, []);
  assertEquals(faults.map(({ message }) => message), [
    "the excludeTools leaves no tool.",
  ]);
});

const NAMES = CATALOGUE.map(({ name }) => name);
const GROUPS = ["default", "all", ...DEFAULT_TOOLSETS, ...OPT_IN_TOOLSETS];

/** Some of these names, or none at all. */
function chosen(all: readonly string[]) {
  const some = fc.uniqueArray(fc.constantFrom(...all), { minLength: 1 });
  return fc.option(some, { nil: undefined });
}

Deno.test("selectTools() keeps its word whatever is named", () => {
  const named = fc.record({
    toolsets: chosen(GROUPS),
    tools: chosen(NAMES),
    excludeTools: chosen(NAMES),
  });
  fc.assert(fc.property(named, ({ toolsets, tools, excludeTools }) => {
    const { names } = select({
      ...toolsets && { toolsets },
      ...tools && { tools },
      ...excludeTools && { excludeTools },
    });
    const excluded = excludeTools ?? [];
    // In the order of the catalogue, each once.
    assertEquals(names, NAMES.filter((name) => names.includes(name)));
    assertEquals(names.includes("abort_run"), false);
    for (const name of excluded) assertEquals(names.includes(name), false);
    const wanted = [...ALWAYS, ...tools ?? []].filter((name) =>
      name !== "abort_run" && !excluded.includes(name)
    );
    for (const name of wanted) assert(names.includes(name), name);
  }));
});

Deno.test("selectTools() with all has what any other choice has", () => {
  const all = select({ toolsets: ["all"] }).names;
  fc.assert(fc.property(chosen(GROUPS), chosen(NAMES), (toolsets, tools) => {
    const { names } = select({
      ...toolsets && { toolsets },
      ...tools && { tools },
    });
    for (const name of names) assert(all.includes(name), name);
  }));
});
