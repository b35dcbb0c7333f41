import { authStatus } from "./auth_status.ts";
import { getRun } from "./get_run.ts";
import { whoami } from "./identity.ts";
import { listRuns } from "./list_runs.ts";
import { login, logout } from "./login.ts";
import { listProjects } from "./projects.ts";
import type { Tool } from "./tool.ts";

/** The catalogue: every tool there is, by name. */
export const TOOLS: readonly Tool[] = [
  authStatus,
  getRun,
  listProjects,
  listRuns,
  login,
  logout,
  whoami,
];
