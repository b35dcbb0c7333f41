import { create } from "@bufbuild/protobuf";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type ActionStatus,
  ActionStatusSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Micros, toTimestamp } from "../../plane/clock.ts";
import { wholeSecond } from "../../plane/kubernetes/attempt.ts";
import type { AttemptStory, Ending, Seconds } from "../story.ts";

const PHASES: Readonly<Record<Ending["kind"], ActionPhase>> = {
  "succeeded": ActionPhase.SUCCEEDED,
  "cache hit": ActionPhase.SUCCEEDED,
  "failed": ActionPhase.FAILED,
  "image pull failed": ActionPhase.FAILED,
  "config error": ActionPhase.FAILED,
  "denied": ActionPhase.FAILED,
  "no outputs": ActionPhase.FAILED,
  "timed out": ActionPhase.TIMED_OUT,
  "aborted": ActionPhase.ABORTED,
  "restarted": ActionPhase.RUNNING,
  "running": ActionPhase.RUNNING,
  "crash loop": ActionPhase.RUNNING,
  // The pod waits again, but a phase does not go down.
  "preempted": ActionPhase.RUNNING,
  "unschedulable": ActionPhase.QUEUED,
  "denied, restarted": ActionPhase.QUEUED,
  "waiting for cache": ActionPhase.QUEUED,
  "image pull": ActionPhase.INITIALIZING,
};

/** A time of a story. */
export type Moment = (at: Seconds) => Micros;

/** The phase of an action whose last attempt ended, or stands, like this. */
export function phaseOf({ kind }: Ending): ActionPhase {
  return PHASES[kind];
}

/** The status of an action after its last attempt. */
export function statusOf(
  attempts: readonly AttemptStory[],
  moment: Moment,
): ActionStatus {
  const last = attempts.at(-1);
  return create(ActionStatusSchema, {
    phase: last ? phaseOf(last.ending) : ActionPhase.QUEUED,
    attempts: Math.max(1, attempts.length),
    cacheStatus: cacheStatusOf(last?.ending),
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

/** What became of the cache with an attempt. */
export function cacheStatusOf(ending: Ending | undefined): CatalogCacheStatus {
  switch (ending?.kind) {
    case "cache hit":
      return CatalogCacheStatus.CACHE_HIT;
    case "waiting for cache":
      return CatalogCacheStatus.CACHE_MISS;
    case "succeeded":
      return ending.cacheStatus ?? CatalogCacheStatus.CACHE_DISABLED;
    default:
      return CatalogCacheStatus.CACHE_DISABLED;
  }
}
