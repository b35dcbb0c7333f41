/** What kind of trouble an action is in; `none`: in no trouble that is seen. */
export type TroubleClass =
  | "user_exception"
  | "out_of_memory"
  | "killed"
  | "image_pull"
  | "container_config"
  | "missing_secret"
  | "missing_outputs"
  | "evicted"
  | "unschedulable"
  | "quota"
  | "preempted"
  | "timeout"
  | "cache"
  | "input_type"
  | "upstream"
  | "aborted"
  | "crash_loop"
  | "not_enqueued"
  | "condition_timed_out"
  | "waiting_for_people"
  | "node_unreachable"
  | "system_error"
  | "unknown"
  | "none";

/**
 * `high`: Flyte, Kubernetes or Python says so in words of its own; `medium`:
 * it follows from what is there; `low`: it is a guess.
 */
export type Confidence = "high" | "medium" | "low";

/** What a finding rests on, in the words of whoever wrote it. */
export interface Evidence {
  readonly from: "error" | "event" | "log" | "status";
  readonly text: string;
}

/** What is wrong with one action. */
export interface Finding {
  readonly class: TroubleClass;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** Whether it goes on for ever unless somebody ends it. */
  readonly isEndless?: boolean;
}
