import type { Option } from "./option.ts";

/** Which Flyte, and where in it. */
export const FLYTE_OPTIONS = {
  endpoint: {
    common: true,
    flag: "endpoint",
    placeholder: "URL",
    env: [
      ...["FLYTE_MCP_ENDPOINT", "FLYTE_ENDPOINT", "FLYTE_ADMIN_ENDPOINT"],
      "FLYTE_PLATFORM_URL",
    ],
    file: ["admin.endpoint"],
    project: true,
    describe:
      "Flyte's control plane: a host name, or a URL whose scheme beats `insecure`",
  },
  insecure: {
    common: true,
    env: [
      ...["FLYTE_MCP_INSECURE", "FLYTE_INSECURE", "FLYTE_ADMIN_INSECURE"],
      "FLYTE_PLATFORM_INSECURE",
    ],
    file: ["admin.insecure"],
    project: true,
    describe:
      "Plain http for an endpoint without a scheme; login still works, but credentials then go to this machine only",
  },
  org: {
    flag: "org",
    placeholder: "NAME",
    env: ["FLYTE_MCP_ORG", "FLYTE_ORG", "FLYTE_TASK_ORG"],
    file: ["task.org"],
    project: true,
    describe: "Organization, where the control plane has several",
  },
  project: {
    common: true,
    flag: "project",
    placeholder: "ID",
    env: ["FLYTE_MCP_PROJECT", "FLYTE_PROJECT", "FLYTE_TASK_PROJECT"],
    file: ["task.project"],
    project: true,
    describe: "Project of calls that name none",
  },
  domain: {
    common: true,
    flag: "domain",
    placeholder: "ID",
    env: ["FLYTE_MCP_DOMAIN", "FLYTE_DOMAIN", "FLYTE_TASK_DOMAIN"],
    file: ["task.domain"],
    project: true,
    describe: "Domain of calls that name none; `development` unless set",
  },
  consoleEndpoint: {
    env: [
      ...["FLYTE_MCP_CONSOLE_ENDPOINT", "FLYTE_CONSOLE_ENDPOINT"],
      "FLYTE_PLATFORM_CONSOLE_ENDPOINT",
    ],
    file: ["console.endpoint"],
    describe: "The console, for links, where it is not at the endpoint",
  },
  config: {
    flag: "config",
    placeholder: "PATH",
    env: ["FLYTE_MCP_CONFIG"],
    file: [],
    describe: "Flyte config file to use instead of searching for one",
  },
} as const satisfies Record<string, Option>;
