import type { Config } from "../config/mod.ts";
import type { Fault, Setting } from "../config/sources.ts";
import { nearestFirst } from "../nearest.ts";
import { nameOf } from "../text.ts";
import { knowingAbsent } from "./absent_tools.ts";
import { pinnedTool } from "./pinned_tool.ts";
import { DEFAULT_TOOLSETS, OPT_IN_TOOLSETS, type Tool } from "./tool.ts";

/** Tools without which nobody logs in, or learns what is wrong. */
const ALWAYS = ["login", "auth_status", "logout", "doctor"];

/** Every name that `--toolsets` takes. */
const TOOLSETS = ["default", "all", ...DEFAULT_TOOLSETS, ...OPT_IN_TOOLSETS];

/** What of the configuration says which tools there are. */
export type ToolSettings = Pick<
  Config,
  "toolsets" | "tools" | "excludeTools" | "pin" | "project" | "domain"
>;

/** The tools that a server has. */
export interface Surface {
  readonly tools: readonly Tool[];
  /** Names that do not exist. */
  readonly faults: readonly Fault[];
}

/**
 * Chooses from the catalogue. Named toolsets and named tools are added up; who
 * names tools alone gets those alone, and who names nothing gets the default.
 * What is excluded is not there. The tools that a login takes stay, unless
 * they are excluded by name. A tool that writes is never chosen: neither `all`
 * nor its own name means that.
 */
export function selectTools(
  catalogue: readonly Tool[],
  settings: ToolSettings,
): Surface {
  const { toolsets, tools, excludeTools } = settings;
  const groups = toolsets?.value ?? (tools ? [] : ["default"]);
  const isChosen = (tool: Tool) =>
    ALWAYS.includes(tool.name) ||
    !writes(tool) &&
      (tools?.value.includes(tool.name) || isIn(groups, tool));
  const chosen = catalogue.filter((tool) =>
    isChosen(tool) && !excludeTools?.value.includes(tool.name)
  );
  const names = catalogue.map(({ name }) => name);
  const absent = catalogue.filter((tool) => !chosen.includes(tool))
    .map(({ name }) => name);
  return {
    tools: chosen.map((tool) =>
      knowingAbsent(pinnedTool(tool, settings), absent)
    ),
    faults: [
      ...unknownNames(toolsets, { valid: TOOLSETS, kind: "toolset" }),
      ...unknownNames(tools, { valid: names, kind: "tool" }),
      ...unknownNames(excludeTools, { valid: names, kind: "tool" }),
      ...namedWrites(tools, catalogue),
      ...nothingLeft(chosen, settings),
    ],
  };
}

/** Whether it changes something in Flyte; a login changes this server alone. */
function writes({ name, annotations }: Tool): boolean {
  return !annotations.readOnlyHint && !ALWAYS.includes(name);
}

function isIn(groups: readonly string[], { toolset }: Tool): boolean {
  const isDefault = DEFAULT_TOOLSETS.some((one) => one === toolset);
  return groups.includes("all") || groups.includes(toolset) ||
    isDefault && groups.includes("default");
}

/** All in one sentence: the nearest spelling is the likeliest meant. */
function unknownNames(
  setting: Setting<readonly string[]> | null,
  { valid, kind }: { valid: readonly string[]; kind: "tool" | "toolset" },
): Fault[] {
  if (!setting) return [];
  const { value, source } = setting;
  return value.filter((name) => !valid.includes(name)).map((name) => ({
    code: "config_invalid",
    message: `${source} names "${nameOf(name, 40)}", which is no ${kind}.`,
    nextStep: `Correct ${source}. ${kind === "tool" ? "Tools" : "Toolsets"}: ${
      nearestFirst(name, valid).join(", ")
    }.`,
  }));
}

function namedWrites(
  setting: Setting<readonly string[]> | null,
  catalogue: readonly Tool[],
): Fault[] {
  return catalogue.filter(writes).flatMap(({ name }): Fault[] =>
    setting?.value.includes(name)
      ? [{
        code: "config_invalid",
        message:
          `${setting.source} names ${name}, which writes, and this server only reads.`,
        nextStep: `Remove ${name} from ${setting.source}.`,
      }]
      : []
  );
}

/** A server without tools could not even say so. */
function nothingLeft(
  chosen: readonly Tool[],
  { excludeTools }: ToolSettings,
): Fault[] {
  if (chosen.length > 0 || !excludeTools) return [];
  return [{
    code: "config_invalid",
    message: `${excludeTools.source} leaves no tool.`,
    nextStep: `Remove some from ${excludeTools.source}.`,
  }];
}
