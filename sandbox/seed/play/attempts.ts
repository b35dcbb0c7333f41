import { create } from "@bufbuild/protobuf";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type ActionEvent,
  type ActionStatus,
  ActionStatusSchema,
  ErrorInfo_Kind,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Micros, toTimestamp } from "../../plane/clock.ts";
import { type Attempt, wholeSecond } from "../../plane/kubernetes/attempt.ts";
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
import type { AttemptStory, Ending, Seconds } from "../story.ts";

/** How long after it was submitted a pod is pending, gets its node, runs. */
const PENDING = 0.09;
const INITIALIZING = 0.55;
const RUNNING = 1.8;

const PHASES: Readonly<Record<Ending["kind"], ActionPhase>> = {
  "succeeded": ActionPhase.SUCCEEDED,
  "cache hit": ActionPhase.SUCCEEDED,
  "failed": ActionPhase.FAILED,
  "timed out": ActionPhase.TIMED_OUT,
  "aborted": ActionPhase.ABORTED,
  "restarted": ActionPhase.RUNNING,
  "running": ActionPhase.RUNNING,
  "crash loop": ActionPhase.RUNNING,
  "unschedulable": ActionPhase.QUEUED,
  "image pull": ActionPhase.INITIALIZING,
};

/** A time of a story. */
export type Moment = (at: Seconds) => Micros;

/** When the container of an attempt started. */
export function containerStart({ at }: AttemptStory): Seconds {
  return at + RUNNING;
}

/** Everything an attempt was reported to have gone through. */
export function eventsOf(
  attempt: Attempt,
  story: AttemptStory,
  moment: Moment,
): ActionEvent[] {
  const { at, ending } = story;
  if (ending.kind === "cache hit") return [cacheHit(attempt, moment(at))];
  const queued = [
    submitted(attempt, moment(at)),
    pending(attempt, moment(at + PENDING)),
  ];
  const placed = initializing(attempt, moment(at + INITIALIZING));
  if (ending.kind === "unschedulable") {
    return [
      ...queued,
      unschedulable(attempt, moment(at + INITIALIZING), ending),
    ];
  }
  if (ending.kind === "image pull") {
    return [
      ...queued,
      placed,
      pullFailed(attempt, moment(at + RUNNING), ending),
    ];
  }
  const started = running(attempt, moment(containerStart(story)));
  return [...queued, placed, started, ...endOf(attempt, story, moment)];
}

function endOf(
  attempt: Attempt,
  story: AttemptStory,
  moment: Moment,
): ActionEvent[] {
  const { ending } = story;
  if (!("at" in ending)) return [];
  if (ending.kind === "aborted") return [aborted(attempt, moment(ending.at))];
  const error = "error" in ending
    ? { message: ending.error.message, kind: ErrorInfo_Kind.USER }
    : undefined;
  return [ended(attempt, moment(ending.at), {
    phase: PHASES[ending.kind],
    error,
    cacheStatus: ending.kind === "succeeded" ? ending.cacheStatus : undefined,
    startedAt: moment(containerStart(story)),
  })];
}

/** The status of an action after its last attempt. */
export function statusOf(
  attempts: readonly AttemptStory[],
  moment: Moment,
): ActionStatus {
  const last = attempts.at(-1);
  const ending: Ending = last?.ending ?? { kind: "running" };
  return create(ActionStatusSchema, {
    phase: PHASES[ending.kind],
    attempts: attempts.length,
    cacheStatus: cacheStatusOf(ending),
    // Kubernetes tells when a resource was created in whole seconds.
    startTime: toTimestamp(wholeSecond(moment(attempts[0]?.at ?? 0))),
    endTime: endTimeOf(last, moment),
  });
}

function endTimeOf(last: AttemptStory | undefined, moment: Moment) {
  if (!last) return undefined;
  const { at, ending } = last;
  if (ending.kind === "cache hit") return toTimestamp(moment(at));
  return "at" in ending ? toTimestamp(moment(ending.at)) : undefined;
}

function cacheStatusOf(ending: Ending): CatalogCacheStatus {
  if (ending.kind === "cache hit") return CatalogCacheStatus.CACHE_HIT;
  const given = ending.kind === "succeeded" ? ending.cacheStatus : undefined;
  return given ?? CatalogCacheStatus.CACHE_DISABLED;
}
