import type { CatalogCacheStatus } from "../../idl/flyteidl2/core/catalog_pb.ts";
import type { Literal } from "../../idl/flyteidl2/core/literals_pb.ts";
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
  /** What whoever started it asked for besides. */
  readonly asked?: Asked;
  readonly root: TaskStory;
  /** Whether somebody aborted it; its actions say when they ended. */
  readonly abort?: { readonly by: Account; readonly reason: string };
}

/** Settings of a run. */
export interface Asked {
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What happened to an action that runs a task. */
export interface TaskStory {
  readonly task: SdkTask;
  readonly inputs: Values;
  /** What it gave, if it succeeded; it may depend on what people answered. */
  readonly outputs?: Values | ((answers: Values) => Values);
  /** None where the task was never taken up. */
  readonly attempts: readonly AttemptStory[];
  readonly children?: readonly ChildStory[];
  /** Why somebody aborted this action alone. */
  readonly abortReason?: string;
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

/** A question to a person. */
export interface ConditionStory {
  readonly name: string;
  readonly at: Seconds;
  readonly type: LiteralType;
  readonly prompt: string;
  readonly description: string;
  /** How long it waits for an answer. @default for ever */
  readonly timeout?: Seconds;
  /** When it was over, unanswered. Left out while it is open. */
  readonly timedOutAt?: Seconds;
  /** What somebody answered. Left out while it is open. */
  readonly answered?: {
    readonly at: Seconds;
    readonly value: Literal;
    readonly by: Account;
  };
}

/** One pod of a task. */
export interface AttemptStory {
  /** When it was submitted. */
  readonly at: Seconds;
  readonly ending: Ending;
  /** What the task printed. Left out where the pod, and its log with it, is gone. */
  readonly log?: readonly LogEntry[];
  /** The address of its node, if that does not answer any more. */
  readonly unreachable?: string;
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
    /** Launches whose lines are still in the log. @default none */
    readonly earlierLaunches?: readonly Seconds[];
    /** What it prints each time. */
    readonly lines: readonly string[];
  }
  | { readonly kind: "unschedulable"; readonly why: string }
  | { readonly kind: "image pull"; readonly why: string }
  | {
    readonly kind: "image pull failed";
    readonly at: Seconds;
    readonly why: string;
  }
  | {
    readonly kind: "config error";
    readonly at: Seconds;
    readonly why: string;
  }
  /** The pod was not let in. */
  | { readonly kind: "denied"; readonly at: Seconds; readonly why: string }
  /** The same, followed by another attempt; even less is reported. */
  | { readonly kind: "denied, restarted" }
  | { readonly kind: "no outputs"; readonly at: Seconds }
  /** The pod had to go for another, and waits for a node again. */
  | {
    readonly kind: "preempted";
    readonly when: Seconds;
    /** Which pod, and where. */
    readonly by: string;
    readonly why: string;
  }
  | { readonly kind: "waiting for cache"; readonly owner: string }
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
  /** What it was raised from. */
  readonly cause?: Cause;
  /** The innermost call last. */
  readonly frames: readonly Frame[];
  /** The child whose failure it passes on. */
  readonly child?: string;
}

/** An exception that another one was made of. */
export interface Cause {
  readonly exception: string;
  readonly message: string;
  readonly frames: readonly Frame[];
}

/** A call in a traceback. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly code: string;
}
