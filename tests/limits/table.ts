/**
 * For every tool, calls that reach for what is not allowed, each in the way
 * that the tool has for it, and one that stays within.
 */

/** Arguments of a call; URLs belong to a server, so they are made for one. */
export type Call = (url: (path: string) => string) => Record<string, unknown>;

/** How a tool is tried; a way that it does not have is not there. */
export interface Row {
  /** Works in `flytesnacks/development`, where there is such a thing. */
  readonly within?: Call;
  /** Names another project, or another domain: refused. */
  readonly named?: readonly Call[];
  /** A pasted address of another project: refused. */
  readonly pasted?: readonly Call[];
  /** Names something of another project and not where it is: not there. */
  readonly byName?: Call;
  /** Asks for all projects, or all domains: only what is allowed is told. */
  readonly everywhere?: readonly Call[];
  /** Works in `ml-prod/production` where only `forecast.daily` is allowed. */
  readonly ofTask?: Call;
  /** Is about another task, or a run of one: refused. */
  readonly otherTask?: readonly Call[];
  /** Lists where other tasks and their runs are as well: left out. */
  readonly amongTasks?: readonly Call[];
}

const PLACE = { project: "ml-prod", domain: "production" };

const DOMAIN = { domain: "production" };

/** A tool that takes a run, whatever else it takes. */
function ofRun(more: Record<string, unknown> = {}): Row {
  return {
    within: () => ({ run: "train-bad-row", ...more }),
    named: [
      () => ({ run: "forecast-nightly", ...PLACE, ...more }),
      () => ({ run: "train-bad-row", ...DOMAIN, ...more }),
    ],
    pasted: [
      (url) => ({ run: url("runs/forecast-nightly"), ...more }),
      () => ({
        run: "flyte://v1/ml-prod/production/forecast-nightly/n0/o",
        ...more,
      }),
    ],
    byName: () => ({ run: "forecast-nightly", ...more }),
    ofTask: () => ({ run: "forecast-nightly", ...more }),
    otherTask: [
      () => ({ run: "release-approval", ...more }),
      (url) => ({ run: url("runs/release-approval"), ...more }),
    ],
  };
}

/** A tool that lists what is in projects and domains. */
function ofLists(more: Record<string, unknown> = {}): Row {
  return {
    within: () => more,
    named: [() => ({ ...PLACE, ...more }), () => ({ ...DOMAIN, ...more })],
    everywhere: [
      () => ({ project: "*", domain: "*", ...more }),
      () => ({ domain: "*", ...more }),
    ],
  };
}

/** A tool that knows of this server alone. */
const OF_SERVER: Row = { within: () => ({}) };

/** Every tool; one that is added is added here. */
export const ROWS: Readonly<Record<string, Row>> = {
  auth_status: OF_SERVER,
  compare_runs: ofRun(),
  diagnose_run: {
    ...ofRun(),
    otherTask: [
      ...ofRun().otherTask ?? [],
      () => ({ task: "release.publish_model" }),
    ],
  },
  doctor: OF_SERVER,
  get_action: ofRun(),
  get_app: {
    within: () => ({ app: "review-chat" }),
    named: [
      () => ({ app: "forecast-api", ...PLACE }),
      () => ({ app: "review-chat", ...DOMAIN }),
    ],
    pasted: [(url) => ({ app: url("apps/forecast-api") })],
    byName: () => ({ app: "forecast-api" }),
  },
  get_logs: ofRun(),
  get_project: {
    within: () => ({}),
    named: [() => ({ project: "ml-prod" })],
  },
  get_run: ofRun(),
  get_run_io: ofRun(),
  get_task: {
    within: () => ({ task: "training.train_model" }),
    named: [() => ({ task: "forecast.daily", ...PLACE })],
    pasted: [(url) => ({ task: url("tasks/forecast.daily") })],
    byName: () => ({ task: "forecast.daily" }),
    ofTask: () => ({ task: "daily" }),
    otherTask: [
      () => ({ task: "release.publish_model" }),
      (url) => ({ task: url("tasks/release.publish_model") }),
    ],
  },
  get_trigger: {
    named: [() => ({ trigger: "nightly", ...PLACE })],
    pasted: [(url) => ({ trigger: url("triggers/forecast.daily/nightly") })],
    byName: () => ({ trigger: "nightly" }),
    ofTask: () => ({ trigger: "nightly" }),
    otherTask: [
      () => ({ trigger: "nightly", task: "release.publish_model" }),
    ],
  },
  list_actions: ofRun(),
  list_apps: ofLists(),
  list_conditions: {
    ...ofLists(),
    pasted: [(url) => ({ run: url("runs/release-approval") })],
    byName: () => ({ run: "release-approval" }),
    otherTask: [() => ({ run: "release-approval" })],
    amongTasks: [() => ({}), () => ({ project: "*", domain: "*" })],
  },
  list_projects: {
    within: () => ({}),
    everywhere: [
      () => ({}),
      () => ({ state: "all" }),
      () => ({ query: "prod" }),
    ],
  },
  list_runs: {
    ...ofLists(),
    otherTask: [() => ({ task: "release.publish_model" })],
    amongTasks: [
      () => ({}),
      () => ({ task: "publish_model" }),
      () => ({ query: "approval" }),
      () => ({ project: "*", domain: "*" }),
    ],
  },
  list_secrets: ofLists(),
  list_tasks: {
    within: () => ({}),
    named: [() => PLACE, () => DOMAIN],
    amongTasks: [() => ({}), () => ({ query: "publish" })],
  },
  list_triggers: {
    within: () => ({}),
    named: [() => PLACE, () => DOMAIN],
    otherTask: [() => ({ task: "release.publish_model" })],
    amongTasks: [() => ({})],
  },
  login: OF_SERVER,
  logout: OF_SERVER,
  wait_for_run: ofRun(),
  whoami: OF_SERVER,
};
