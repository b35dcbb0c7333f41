import { authStatus } from "./auth_status.ts";
import { diagnoseRun } from "./diagnose_run.ts";
import { doctor } from "./doctor.ts";
import { getAction } from "./get_action.ts";
import { getLogs } from "./get_logs.ts";
import { getProject } from "./get_project.ts";
import { getRun } from "./get_run.ts";
import { getTask } from "./get_task.ts";
import { whoami } from "./identity.ts";
import { listActions } from "./list_actions.ts";
import { listRuns } from "./list_runs.ts";
import { login, logout } from "./login.ts";
import { listProjects } from "./projects.ts";
import { getRunIo } from "./run_io.ts";
import { listTasks } from "./tasks.ts";
import { waitForRunTool } from "./wait_for_run.ts";
import type { Tool } from "./tool.ts";

/** The catalogue: every tool there is, by name. */
export const TOOLS: readonly Tool[] = [
  authStatus,
  diagnoseRun,
  doctor,
  getAction,
  getLogs,
  getProject,
  getRun,
  getRunIo,
  getTask,
  listActions,
  listProjects,
  listRuns,
  listTasks,
  login,
  logout,
  waitForRunTool,
  whoami,
];
