import { authStatus } from "./login/auth_status.ts";
import { compareRuns } from "./comparison/compare_runs.ts";
import { diagnoseRun } from "./diagnosis/diagnose_run.ts";
import { doctor } from "./login/doctor.ts";
import { getAction } from "./actions/get_action.ts";
import { getApp } from "./apps/get_app.ts";
import { getLogs } from "./logs/get_logs.ts";
import { getProject } from "./projects/get_project.ts";
import { getRun } from "./runs/get_run.ts";
import { getTask } from "./tasks/get_task.ts";
import { getTrigger } from "./triggers/get_trigger.ts";
import { whoami } from "./login/whoami.ts";
import { listActions } from "./actions/list_actions.ts";
import { listApps } from "./apps/list_apps.ts";
import { listConditions } from "./conditions/list_conditions.ts";
import { listSecrets } from "./secrets/list_secrets.ts";
import { listRuns } from "./runs/list_runs.ts";
import { listTriggers } from "./triggers/list_triggers.ts";
import { login, logout } from "./login/login.ts";
import { listProjects } from "./projects/list_projects.ts";
import { getRunIo } from "./actions/get_run_io.ts";
import { listTasks } from "./tasks/list_tasks.ts";
import { waitForRunTool } from "./runs/wait_for_run.ts";
import type { Tool } from "./tool.ts";

/** The catalogue: every tool there is, by name. */
export const TOOLS: readonly Tool[] = [
  authStatus,
  compareRuns,
  diagnoseRun,
  doctor,
  getAction,
  getApp,
  getLogs,
  getProject,
  getRun,
  getRunIo,
  getTask,
  getTrigger,
  listActions,
  listApps,
  listConditions,
  listProjects,
  listRuns,
  listSecrets,
  listTasks,
  listTriggers,
  login,
  logout,
  waitForRunTool,
  whoami,
];
