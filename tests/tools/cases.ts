/**
 * A call of each tool for each kind of case, against the seeded planes. The
 * tools that do without Flyte's data (login, logout, auth_status, doctor) have
 * their cases beside the logins.
 */

/** Arguments of a call. */
export type Args = Readonly<Record<string, unknown>>;

/** What is called for each case; `null`: there is no such case, and why. */
export interface Cases {
  /** The RPC without which the tool has nothing to say. */
  readonly rpc: string;
  readonly happy: Args;
  /** Asks for what is there and has nothing in it. */
  readonly empty: { readonly args: Args; readonly key: string } | null;
  /** Asks for what is not there. */
  readonly missing: Args | null;
  readonly wrong: Args;
  /** Asks for more than fits into 6 KB. */
  readonly big: { readonly of: "everyday" | "scale"; readonly args: Args };
  /** Reads hostile texts; `fenced`: some are long enough for a fence. */
  readonly hostile: { readonly args: Args; readonly fenced: boolean } | null;
}

const RUNS = "flyteidl2.workflow.RunService";
const DETAILS = `${RUNS}/GetRunDetails`;
const EMPTY = { project: "data-platform", domain: "staging" };
const PRODUCTION = { project: "ml-prod", domain: "production" };
const SCALE = { project: "scale" };
const HOSTILE = { project: "hostile" };
const FAILED = { ...HOSTILE, run: "hostile-failed" };

export const CASES: Readonly<Record<string, Cases>> = {
  compare_runs: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: null,
    missing: { run: "train-bad-row", against: "nowhere" },
    wrong: { run: "train-bad-row", against: "train-bad-row" },
    big: {
      of: "scale",
      args: { ...SCALE, run: "long-log", against: "wide" },
    },
    hostile: {
      args: { ...FAILED, against: "hostile-succeeded" },
      fenced: true,
    },
  },
  diagnose_run: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: null,
    missing: { run: "nowhere" },
    wrong: {},
    big: { of: "scale", args: { ...SCALE, run: "long-log" } },
    hostile: { args: FAILED, fenced: true },
  },
  get_action: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: null,
    missing: { run: "train-bad-row", action: "nowhere" },
    wrong: { run: "train-bad-row", attempt: 0 },
    big: { of: "scale", args: { ...SCALE, run: "long-log" } },
    hostile: { args: FAILED, fenced: true },
  },
  get_app: {
    rpc: "flyteidl2.app.AppService/Get",
    happy: { app: "review-chat" },
    empty: null,
    missing: { app: "nowhere" },
    wrong: { app: "review-chat", log_lines: -1 },
    big: { of: "everyday", args: { app: "review-chat", log_lines: 200 } },
    hostile: { args: { ...HOSTILE, app: "hostile-app" }, fenced: true },
  },
  get_logs: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: {
      args: { run: "train-bad-row", grep: "no such line" },
      key: "lines",
    },
    missing: { run: "nowhere" },
    wrong: { run: "train-bad-row", grep: "(" },
    big: { of: "scale", args: { ...SCALE, run: "long-log", limit: 1000 } },
    hostile: { args: FAILED, fenced: true },
  },
  get_project: {
    rpc: "flyteidl2.project.ProjectService/GetProject",
    happy: { project: "flytesnacks" },
    empty: null,
    missing: { project: "nowhere" },
    wrong: { project: "" },
    big: { of: "scale", args: SCALE },
    hostile: { args: HOSTILE, fenced: true },
  },
  get_run: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: null,
    missing: { run: "nowhere" },
    wrong: {},
    big: { of: "scale", args: { ...SCALE, run: "wide" } },
    hostile: { args: FAILED, fenced: true },
  },
  get_run_io: {
    rpc: DETAILS,
    happy: { run: "train-fan-out" },
    empty: null,
    missing: { run: "nowhere" },
    wrong: { run: "train-fan-out", path: "" },
    big: { of: "scale", args: { ...SCALE, run: "wide" } },
    hostile: { args: FAILED, fenced: true },
  },
  get_task: {
    rpc: "flyteidl2.task.TaskService/GetTaskDetails",
    happy: { task: "fit_shard" },
    empty: null,
    missing: { task: "nowhere.at_all" },
    wrong: {},
    big: { of: "scale", args: { ...SCALE, task: "training.train_model" } },
    hostile: null,
  },
  get_trigger: {
    rpc: "flyteidl2.trigger.TriggerService/GetTriggerDetails",
    happy: { ...PRODUCTION, trigger: "nightly", task: "forecast.daily" },
    empty: null,
    missing: { ...PRODUCTION, trigger: "nowhere", task: "forecast.daily" },
    wrong: {},
    big: {
      of: "everyday",
      args: { ...PRODUCTION, trigger: "nightly", task: "forecast.daily" },
    },
    hostile: null,
  },
  list_actions: {
    rpc: DETAILS,
    happy: { run: "train-fan-out" },
    empty: {
      args: { run: "train-fan-out", phases: ["paused"] },
      key: "actions",
    },
    missing: { run: "nowhere" },
    wrong: { run: "" },
    big: {
      of: "scale",
      args: { ...SCALE, run: "wide", phases: ["succeeded"], limit: 100 },
    },
    hostile: { args: FAILED, fenced: false },
  },
  list_apps: {
    rpc: "flyteidl2.app.AppService/List",
    happy: {},
    empty: { args: EMPTY, key: "apps" },
    missing: null,
    wrong: { statuses: ["broken"] },
    big: { of: "everyday", args: { limit: 100 } },
    hostile: { args: HOSTILE, fenced: true },
  },
  list_conditions: {
    rpc: `${RUNS}/ListRuns`,
    happy: {},
    empty: { args: EMPTY, key: "conditions" },
    missing: { run: "nowhere" },
    wrong: { limit: 0 },
    big: { of: "everyday", args: { project: "*", domain: "*" } },
    hostile: { args: HOSTILE, fenced: true },
  },
  list_projects: {
    rpc: "flyteidl2.project.ProjectService/ListProjects",
    happy: {},
    empty: { args: { query: "nowhere" }, key: "projects" },
    missing: null,
    wrong: { limit: 0 },
    big: { of: "scale", args: { limit: 100 } },
    hostile: { args: {}, fenced: true },
  },
  list_runs: {
    rpc: `${RUNS}/ListRuns`,
    happy: {},
    empty: { args: EMPTY, key: "runs" },
    missing: null,
    wrong: { phases: ["broken"] },
    big: { of: "scale", args: { ...SCALE, limit: 100 } },
    hostile: { args: HOSTILE, fenced: false },
  },
  list_secrets: {
    rpc: "flyteidl2.secret.SecretService/ListSecrets",
    happy: {},
    empty: { args: { query: "nowhere" }, key: "secrets" },
    missing: null,
    wrong: { limit: 0 },
    big: { of: "everyday", args: { project: "*", domain: "*" } },
    hostile: { args: HOSTILE, fenced: false },
  },
  list_tasks: {
    rpc: "flyteidl2.task.TaskService/ListTasks",
    happy: {},
    empty: { args: { query: "nowhere" }, key: "tasks" },
    missing: null,
    wrong: { limit: 101 },
    big: { of: "scale", args: { ...SCALE, limit: 100 } },
    hostile: { args: HOSTILE, fenced: true },
  },
  list_triggers: {
    rpc: "flyteidl2.trigger.TriggerService/ListTriggers",
    happy: PRODUCTION,
    empty: { args: { query: "nowhere" }, key: "triggers" },
    missing: null,
    wrong: { limit: 0 },
    big: { of: "everyday", args: { ...PRODUCTION, limit: 100 } },
    hostile: { args: HOSTILE, fenced: false },
  },
  wait_for_run: {
    rpc: DETAILS,
    happy: { run: "train-bad-row" },
    empty: null,
    missing: { run: "nowhere" },
    wrong: {},
    big: { of: "scale", args: { ...SCALE, run: "long-log" } },
    hostile: { args: FAILED, fenced: true },
  },
  whoami: {
    rpc: "flyteidl2.auth.IdentityService/UserInfo",
    happy: {},
    empty: null,
    missing: null,
    wrong: { nope: 1 },
    big: { of: "everyday", args: {} },
    hostile: null,
  },
};
