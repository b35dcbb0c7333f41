import type { ActionKey, RunKey } from "../../plane/workflow/actions.ts";
import { actionName } from "../random_names.ts";
import type { Place } from "../tasks/places.ts";

/** Where everything goes wrong. */
export const TROUBLES_PLACE: Place = {
  project: "troubles",
  domain: "development",
};

/** What kind of trouble a run is in. */
export type TroubleKind =
  | "user exception"
  | "out of memory"
  | "image pull"
  | "bad container config"
  | "missing secret"
  | "missing outputs"
  | "evicted"
  | "unschedulable"
  | "quota"
  | "preemption"
  | "timeout"
  | "cache"
  | "input type"
  | "upstream failure"
  | "aborted"
  | "crash loop"
  | "never enqueued"
  | "condition timed out"
  | "waiting for people"
  | "log unreachable";

/** What may differ between two runs of a task. */
export type Difference =
  | "version"
  | "image"
  | "inputs"
  | "env"
  | "resources"
  | "secrets";

/** A run in trouble. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly run: RunKey;
  /** The action in which it began; of most runs the root. */
  readonly cause: ActionKey;
  /** The last success of the same task before it. */
  readonly lastSuccess: RunKey;
  /** What is different from then. */
  readonly changed: readonly Difference[];
}

const NEW_VERSION = ["version", "image"] as const;

/** Every way in which a run goes wrong, each once or in its variants. */
export const TROUBLES = {
  /** FAILED: a `KeyError`, raised from another; the message is but a quoted word. */
  userException: trouble("clean-bad-header", "user exception", {
    changed: NEW_VERSION,
  }),
  /** FAILED, and its pod with the traceback is gone. */
  podGone: trouble("clean-pod-gone", "user exception"),
  /** FAILED: the container wrote its traceback into the message itself. */
  tracebackInMessage: trouble("clean-by-shell", "user exception", {
    changed: ["inputs"],
  }),
  /** FAILED at its second attempt; the first one still says RUNNING. */
  outOfMemory: trouble("join-all-years", "out of memory", {
    changed: ["inputs"],
  }),
  /** FAILED after the grace period. */
  imagePull: trouble("score-wrong-tag", "image pull", { changed: NEW_VERSION }),
  /** FAILED at once: a Kubernetes secret that is to be mounted is not there. */
  badConfig: trouble("export-no-mount", "bad container config", {
    changed: NEW_VERSION,
  }),
  /** FAILED at once: the image would run as root. */
  runAsRoot: trouble("export-as-root", "bad container config", {
    changed: NEW_VERSION,
  }),
  /** FAILED at once, without a pod or an event. */
  missingSecret: trouble("notify-no-secret", "missing secret", {
    changed: [...NEW_VERSION, "secrets"],
  }),
  /** FAILED by the system's fault; its log is there and cannot be read. */
  missingOutputs: trouble("stats-no-outputs", "missing outputs", {
    changed: NEW_VERSION,
  }),
  /** FAILED: its node ran out of disk. */
  evicted: trouble("dedupe-evicted", "evicted", {
    changed: [...NEW_VERSION, "env"],
  }),
  /** QUEUED for ever. */
  unschedulable: trouble("train-too-big", "unschedulable", {
    changed: [...NEW_VERSION, "resources"],
  }),
  /** FAILED at its third attempt; the first one left no trace at all. */
  quota: trouble("backfill-over-quota", "quota", { changed: ["inputs"] }),
  /** RUNNING, although its pod was preempted and has no node since. */
  preempted: trouble("train-preempted", "preemption", { changed: ["inputs"] }),
  /** TIMED_OUT: the text is in the attempt alone. */
  timedOut: trouble("crawl-timed-out", "timeout", { changed: ["inputs"] }),
  /** RUNNING for longer than it may, which nobody enforces. */
  overdue: trouble("crawl-overdue", "timeout", { changed: ["inputs"] }),
  /** QUEUED: another run computes the same and its result is waited for. */
  waitsForCache: trouble("embed-waits", "cache", { changed: NEW_VERSION }),
  /** SUCCEEDED, but its outputs did not get into the cache. */
  cacheNotWritten: trouble("embed-uncached", "cache", { changed: NEW_VERSION }),
  /** RUNNING for ever: an input of the wrong type ends the container. */
  wrongType: trouble("load-wrong-type", "input type", { changed: ["inputs"] }),
  /** FAILED: it was started without an input. */
  missingInput: trouble("load-no-input", "input type", { changed: ["inputs"] }),
  /** FAILED two levels below the root; all three say the same. */
  upstream: trouble("daily-report", "upstream failure", {
    label: "load eu",
    changed: [...NEW_VERSION, "inputs"],
  }),
  /** ABORTED with a reason, its children without. */
  aborted: trouble("resize-aborted", "aborted"),
  /** FAILED, since somebody aborted a child. */
  childAborted: trouble("merge-child-gone", "aborted", { label: "part 2" }),
  /** RUNNING for ever: a module is missing; every launch is in the log. */
  crashLoop: trouble("ingest-no-module", "crash loop", {
    changed: NEW_VERSION,
  }),
  /** RUNNING for ever, and its log has no traceback. */
  silentCrashLoop: trouble("ingest-bad-alloc", "crash loop", {
    changed: [...NEW_VERSION, "inputs", "env"],
  }),
  /** QUEUED without an event: it was accepted and never enqueued. */
  neverEnqueued: trouble("lost-in-queue", "never enqueued"),
  /** FAILED: nobody answered in time. */
  unanswered: trouble("publish-unanswered", "condition timed out", {
    label: "approve",
    changed: ["inputs"],
  }),
  /** RUNNING, with three questions open: a number, a text, a float with a deadline. */
  questions: trouble("plan-questions", "waiting for people", {
    label: "budget",
    changed: ["inputs"],
  }),
  /** RUNNING on a node that gives no log away. */
  nodeGone: trouble("sync-node-gone", "log unreachable", {
    changed: ["inputs"],
  }),
} satisfies Record<string, Trouble>;

/** The run that computes what another one waits for. */
export const CACHE_OWNER: RunKey = { ...TROUBLES_PLACE, name: "embed-owner" };

function trouble(
  name: string,
  kind: TroubleKind,
  { label, changed = [] }: {
    /** The label of the action to blame. @default the root */
    readonly label?: string;
    readonly changed?: readonly Difference[];
  } = {},
): Trouble {
  const run = { ...TROUBLES_PLACE, name };
  const action = label === undefined ? "a0" : actionName(run, label);
  return {
    kind,
    run,
    cause: { run, name: action },
    lastSuccess: { ...TROUBLES_PLACE, name: `${name}-ok` },
    changed,
  };
}
