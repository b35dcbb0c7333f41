import {
  type ActionEvent,
  ErrorInfo_Kind,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Micros } from "../../plane/clock.ts";
import type { Attempt } from "../../plane/kubernetes/attempt.ts";
import {
  aborted,
  cacheHit,
  ended,
  initializing,
  pending,
  pullFailed,
  running,
  submitted,
  unschedulable,
} from "../../plane/kubernetes/attempt_events.ts";
import {
  configFailed,
  denied,
  gaveUpPulling,
  leftNoOutputs,
  preempted,
  waitingForCache,
} from "../../plane/kubernetes/attempt_failures.ts";
import type { AttemptStory, Ending, Failure, Seconds } from "../story.ts";
import { phaseOf } from "./phases.ts";

/** How long after it was submitted a pod is pending, gets its node, runs. */
const PENDING = 0.09;
const INITIALIZING = 0.55;
const RUNNING = 1.8;

/** Something that is reported of an attempt. */
export interface Step {
  readonly at: Seconds;
  /** @param startedAt when the container started, if it did */
  readonly report: (at: Micros, startedAt: Micros | undefined) => ActionEvent;
  /** Whether the container runs from then on. */
  readonly starts?: boolean;
  /** Whether the attempt is over. */
  readonly ends?: boolean;
}

/** When the container of an attempt started. */
export function containerStart({ at }: AttemptStory): Seconds {
  return at + RUNNING;
}

/** Everything that is reported of an attempt, in order. */
export function stepsOf(attempt: Attempt, story: AttemptStory): Step[] {
  const { at, ending } = story;
  switch (ending.kind) {
    case "cache hit":
      return [{ at, report: (time) => cacheHit(attempt, time), ends: true }];
    case "waiting for cache":
      return [{ at, report: (time) => waitingForCache(attempt, time, ending) }];
    case "denied":
    case "denied, restarted":
      return [
        ...attempt.number === 1 ? [] : [asked(attempt, at)],
        ...endOf(attempt, ending),
      ];
    default:
      return [
        asked(attempt, at),
        { at: at + PENDING, report: (time) => pending(attempt, time) },
        ...placed(attempt, story),
      ];
  }
}

function asked(attempt: Attempt, at: Seconds): Step {
  return { at, report: (time) => submitted(attempt, time) };
}

/** From the moment at which a node is looked for. */
function placed(attempt: Attempt, story: AttemptStory): Step[] {
  const { at, ending } = story;
  if (ending.kind === "unschedulable") {
    return [{
      at: at + INITIALIZING,
      report: (time) => unschedulable(attempt, time, ending),
    }];
  }
  const found = {
    at: at + INITIALIZING,
    report: (time: Micros) => initializing(attempt, time),
  };
  switch (ending.kind) {
    case "image pull":
    case "image pull failed":
      return [found, {
        at: at + RUNNING,
        report: (time) => pullFailed(attempt, time, ending),
      }, ...endOf(attempt, ending)];
    case "config error":
      return [found, ...endOf(attempt, ending)];
    default:
      return [found, {
        at: containerStart(story),
        report: (time) => running(attempt, time),
        starts: true,
      }, ...endOf(attempt, ending)];
  }
}

function endOf(attempt: Attempt, ending: Ending): Step[] {
  const end = (report: Step["report"]): Step[] =>
    "at" in ending ? [{ at: ending.at, report, ends: true }] : [];
  switch (ending.kind) {
    case "succeeded":
    case "failed":
    case "timed out":
      return end((at, startedAt) =>
        ended(attempt, at, {
          phase: phaseOf(ending),
          startedAt,
          error: "error" in ending ? userError(ending.error) : undefined,
          cacheStatus: "error" in ending ? undefined : ending.cacheStatus,
        })
      );
    case "aborted":
      return end((at) => aborted(attempt, at));
    case "image pull failed":
      return end((at) => gaveUpPulling(attempt, at, ending));
    case "config error":
      return end((at) => configFailed(attempt, at, ending));
    case "denied":
      return end((at) => denied(attempt, at, ending));
    case "no outputs":
      return end((at) => leftNoOutputs(attempt, at));
    case "preempted":
      return [{
        at: ending.when,
        report: (time) => preempted(attempt, time, ending),
      }];
    default:
      return [];
  }
}

function userError({ message }: Failure) {
  return { message, kind: ErrorInfo_Kind.USER };
}
