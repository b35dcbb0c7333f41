import type { Option } from "./option.ts";

/** What agents get to see: which tools, and which part of Flyte. */
export const SURFACE_OPTIONS = {
  toolsets: {
    flag: "toolsets",
    placeholder: "NAMES",
    env: ["FLYTE_MCP_TOOLSETS"],
    file: [],
    describe:
      "Groups of tools: `default` (identity, projects, tasks, runs, logs, conditions), `all` (triggers, apps and secrets as well; never what writes), or names such as `default,apps`",
  },
  tools: {
    flag: "tools",
    placeholder: "NAMES",
    env: ["FLYTE_MCP_TOOLS"],
    file: [],
    describe:
      "Tools by name: these alone, or besides the toolsets where `toolsets` is set; login, auth_status, logout and doctor stay",
  },
  excludeTools: {
    flag: "exclude-tools",
    placeholder: "NAMES",
    env: ["FLYTE_MCP_EXCLUDE_TOOLS"],
    file: [],
    describe: "Tools that are not there, whatever else is set",
  },
  pin: {
    flag: "pin",
    placeholder: "WHAT",
    env: ["FLYTE_MCP_PIN"],
    file: [],
    describe:
      "`project`, `domain` or both: every call uses the configured one, tools have no argument for it, and another one is refused",
  },
  allowedProjects: {
    flag: "allowed-projects",
    placeholder: "IDS",
    env: ["FLYTE_MCP_ALLOWED_PROJECTS"],
    file: [],
    describe:
      "Ids of the projects that any tool may show; all others are refused, and left out of lists",
  },
  allowedDomains: {
    flag: "allowed-domains",
    placeholder: "IDS",
    env: ["FLYTE_MCP_ALLOWED_DOMAINS"],
    file: [],
    describe: "Ids of the domains that any tool may show, likewise",
  },
  allowedTasks: {
    flag: "allowed-tasks",
    placeholder: "GLOBS",
    env: ["FLYTE_MCP_ALLOWED_TASKS"],
    file: [],
    describe:
      "Tasks that any tool may show, with their runs and triggers: names in which `*` stands for any characters and `?` for one, such as `training.*`",
  },
} as const satisfies Record<string, Option>;
