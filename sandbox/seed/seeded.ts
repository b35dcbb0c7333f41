import type { AppKey } from "../plane/kubernetes/knative.ts";
import type { SecretKey } from "../plane/kubernetes/secrets.ts";
import type { TriggerKey } from "../plane/trigger/triggers.ts";
import type { ActionKey, RunKey } from "../plane/workflow/actions.ts";
import { PEOPLE } from "./people.ts";
import { actionName } from "./random_names.ts";
import { DEVELOPMENT, PRODUCTION, STAGING } from "./tasks/places.ts";

const RUNS = {
  /** Succeeded: 12 shards in a group, one of them retried, one from the cache; a trace. */
  fanOut: development("train-fan-out"),
  /** Failed with a Python exception; its failing child had three attempts. */
  userError: development("train-bad-row"),
  /** Failed: its container used more memory than it may. */
  outOfMemory: development("train-out-of-memory"),
  /** Running, with children in different phases. */
  running: development("train-in-progress"),
  /** Running for ever: its container exits by itself and is launched again. */
  crashLoop: development("train-import-error"),
  /** Aborted with a reason, and its children with it. */
  aborted: development("train-wrong-dataset"),
  /** Queued: no node has what it asks for. */
  queued: development("train-needs-gpu"),
  /** Initializing: its image cannot be pulled. */
  imagePull: development("train-missing-image"),
  /** Running, and waiting for a person. */
  approval: production("release-approval"),
  /** Timed out. */
  timedOut: production("forecast-backfill"),
  /** Started by a schedule. */
  scheduled: production("forecast-nightly"),
};

const SHARD_COUNT = 12;

/** What a seeded plane holds, by what it is there for. */
export const SEEDED = {
  projects: {
    flytesnacks: DEVELOPMENT.project,
    mlProd: PRODUCTION.project,
    /** Has a task and no runs. */
    dataPlatform: STAGING.project,
  },
  people: PEOPLE,
  runs: RUNS,
  /** Older successes of one task, newest first. */
  history: [1, 2, 3, 4, 5, 6].map((days) => development(`train-${days}d-ago`)),
  /** Two runs of one name. */
  twins: [development("train-weekly"), production("train-weekly")],
  /** The schedule behind the scheduled run. */
  trigger: {
    ...PRODUCTION,
    taskName: "forecast.daily",
    name: "nightly",
  } satisfies TriggerKey,
  /** Of a task that has no runs yet. */
  triggers: {
    /** At a fixed rate from a time of its own, with settings for its runs. */
    quarterHourly: loadOrders("quarter-hourly"),
    /** By an artifact. */
    onNewOrders: loadOrders("on-new-orders"),
  },
  apps: {
    /** Two pods, each with a log. */
    active: { ...DEVELOPMENT, name: "review-chat" },
    stopped: { ...DEVELOPMENT, name: "labeling" },
    /** Its image cannot be fetched. */
    failed: { ...DEVELOPMENT, name: "embeddings" },
    /** Nothing is known of it yet but its address. */
    starting: { ...DEVELOPMENT, name: "dashboard" },
    production: { ...PRODUCTION, name: "forecast-api" },
  } satisfies Record<string, AppKey>,
  /** Of projects, of a domain, of everybody; oldest last. */
  secrets: [
    { ...DEVELOPMENT, name: "wandb" },
    { ...DEVELOPMENT, name: "registry" },
    { ...PRODUCTION, name: "wandb" },
    { ...PRODUCTION, name: "warehouse-password" },
    { project: "", domain: PRODUCTION.domain, name: "pager" },
    { project: "", domain: "", name: "HF_TOKEN" },
  ] satisfies readonly SecretKey[],
  actions: {
    /** The shards of the fan-out, in order. */
    shards: Array.from(
      { length: SHARD_COUNT },
      (_, index) => actionOf(RUNS.fanOut, `shard ${index}`),
    ),
    /** Succeeded at its second attempt. */
    retriedShard: actionOf(RUNS.fanOut, "shard 4"),
    /** Was taken from the cache. */
    cachedShard: actionOf(RUNS.fanOut, "shard 7"),
    trace: actionOf(RUNS.fanOut, "read_index"),
    /** Failed at its third attempt. */
    failedShard: actionOf(RUNS.userError, "shard 1"),
    /** The condition that waits for an answer. */
    approval: actionOf(RUNS.approval, "approve"),
  },
} as const;

function development(name: string): RunKey {
  return { ...DEVELOPMENT, name };
}

function production(name: string): RunKey {
  return { ...PRODUCTION, name };
}

function loadOrders(name: string): TriggerKey {
  return { ...STAGING, taskName: "etl.load_orders", name };
}

function actionOf(run: RunKey, label: string): ActionKey {
  return { run, name: actionName(run, label) };
}
