import type { CatalogCacheStatus } from "../../idl/flyteidl2/core/catalog_pb.ts";
import type { LiteralType } from "../../idl/flyteidl2/core/types_pb.ts";
import type { RunSource } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Account } from "../issuer/accounts.ts";
import type { TriggerKey } from "../plane/trigger/triggers.ts";
import type { RunKey } from "../plane/workflow/actions.ts";
import type { SdkTask } from "./tasks/sdk_task.ts";
import type { Values } from "./values.ts";

/** A moment, counted from the start of its run; or a length of time. */
export type Seconds = number;

/** What happened in a run. */
export interface RunStory {
  readonly run: RunKey;
  /** How long ago it started. */
  readonly ago: Seconds;
  readonly source: RunSource;
  /** Schedules have nobody. */
  readonly startedBy?: Account;
  /** The trigger that started it. */
  readonly trigger?: TriggerKey;
  readonly root: TaskStory;
  /** Whether somebody aborted it; its actions say when they ended. */
  readonly abort?: { readonly by: Account; readonly reason: string };
}

/** What happened to an action that runs a task. */
export interface TaskStory {
  readonly task: SdkTask;
  readonly inputs: Values;
  /** What it gave, if it succeeded. */
  readonly outputs?: Values;
  readonly attempts: readonly AttemptStory[];
  readonly children?: readonly ChildStory[];
}

/** An action below another. */
export type ChildStory =
  & {
    /** Its name is drawn from this. */
    readonly label: string;
    readonly group?: string;
  }
  & (
    | ({ readonly kind: "task" } & TaskStory)
    | ({ readonly kind: "trace" } & TraceStory)
    | ({ readonly kind: "condition" } & ConditionStory)
  );

/** A function that was traced: it is reported when it is over. */
export interface TraceStory {
  readonly name: string;
  readonly at: Seconds;
  readonly until: Seconds;
  readonly outputs: Values;
}

/** A question to a person, still open. */
export interface ConditionStory {
  readonly name: string;
  readonly at: Seconds;
  readonly type: LiteralType;
  readonly prompt: string;
  readonly description: string;
}

/** One pod of a task. */
export interface AttemptStory {
  /** When it was submitted. */
  readonly at: Seconds;
  readonly ending: Ending;
  /** What the task printed. Left out where the pod, and its log with it, is gone. */
  readonly log?: readonly LogEntry[];
}

/** What a task printed, and when. */
export type LogEntry = readonly [Seconds, string];

/** How an attempt ended, or where it stands. */
export type Ending =
  | {
    readonly kind: "succeeded";
    readonly at: Seconds;
    readonly cacheStatus?: CatalogCacheStatus;
  }
  | { readonly kind: "failed"; readonly at: Seconds; readonly error: Failure }
  | {
    readonly kind: "timed out";
    readonly at: Seconds;
    readonly error: Failure;
  }
  | { readonly kind: "aborted"; readonly at: Seconds }
  /** It failed and was followed by another; nothing of the kind is reported. */
  | { readonly kind: "restarted" }
  | { readonly kind: "running" }
  /** The container exits by itself and is launched again; nobody is told. */
  | {
    readonly kind: "crash loop";
    readonly lastLaunch: Seconds;
    /** What it prints each time. */
    readonly lines: readonly string[];
  }
  | { readonly kind: "unschedulable"; readonly why: string }
  | { readonly kind: "image pull"; readonly why: string }
  | { readonly kind: "cache hit" };

/** Why an attempt failed. */
export interface Failure {
  readonly message: string;
  /** What Python raised; left out where Kubernetes ended the pod. */
  readonly raised?: Raised;
}

/** A Python exception, whose traceback only the log shows. */
export interface Raised {
  readonly exception: string;
  /** The innermost call last. */
  readonly frames: readonly Frame[];
  /** The child whose failure it passes on. */
  readonly child?: string;
}

/** A call in a traceback. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly code: string;
}
