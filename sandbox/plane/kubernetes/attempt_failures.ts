/** Attempts that come to nothing before, or beside, what their task does. */
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type ActionEvent,
  type ErrorInfo,
  ErrorInfo_Kind,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { type Attempt, attemptEvent, wholeSecond } from "./attempt.ts";

/** What only words tell apart. */
interface Why {
  readonly why: string;
}

/** The pod was not let in: there never was one, and nothing happened. */
export function denied(
  attempt: Attempt,
  at: Micros,
  { why }: Why,
): ActionEvent {
  return failedWithoutLog(attempt, at, {
    message: why,
    kind: ErrorInfo_Kind.USER,
  });
}

/** The image could not be pulled for three minutes. */
export function gaveUpPulling(
  attempt: Attempt,
  at: Micros,
  { why }: Why,
): ActionEvent {
  return failedWithoutLog(attempt, at, {
    message:
      `Grace period [3m0s] exceeded||Back-off pulling image "${attempt.image}": ErrImagePull: ${why}`,
    kind: ErrorInfo_Kind.USER,
  });
}

/** The container cannot be made as it is asked for. */
export function configFailed(
  attempt: Attempt,
  at: Micros,
  { why }: Why,
): ActionEvent {
  return failedWithoutLog(attempt, at, {
    message: `Grace period [0s] exceeded||${why}`,
    kind: ErrorInfo_Kind.USER,
  });
}

/** The container ended well, but left no outputs. */
export function leftNoOutputs(attempt: Attempt, at: Micros): ActionEvent {
  const path = `${attempt.outputPrefix}/outputs.pb`;
  return failedWithoutLog(attempt, at, {
    message: 'plugin "pod" failed with system error 4 times: ' +
      `failed to read data from dataDir [${path}]. Error: path:${path}: file does not exist`,
    kind: ErrorInfo_Kind.SYSTEM,
  });
}

/**
 * The pod was deleted to make room for another, and made anew: it waits for a
 * node again, of which the phase of its action tells nothing.
 */
export function preempted(
  attempt: Attempt,
  at: Micros,
  { by, why }: { by: string; why: string },
): ActionEvent {
  const second = wholeSecond(at);
  return attemptEvent(attempt, at, {
    phase: ActionPhase.QUEUED,
    version: 2,
    messages: [
      [at, `Unschedulable:${why}`],
      [at, `Unschedulable:${why}`],
      [second, `Preempted by pod ${by}`],
      [second, why],
    ],
    pod: {},
  });
}

/** Another run computes the same; its result is waited for. */
export function waitingForCache(
  attempt: Attempt,
  at: Micros,
  { owner }: { owner: string },
): ActionEvent {
  return attemptEvent(attempt, at, {
    phase: ActionPhase.WAITING_FOR_RESOURCES,
    cacheStatus: CatalogCacheStatus.CACHE_MISS,
    messages: [
      [at, `waiting for cache to be populated by reservation owner "${owner}"`],
      [at, "waiting for serialized cache owner"],
    ],
  });
}

/** The event names no pod, so that its log is not found, even if there is one. */
function failedWithoutLog(
  attempt: Attempt,
  at: Micros,
  error: Pick<ErrorInfo, "message" | "kind">,
): ActionEvent {
  return attemptEvent(attempt, at, { phase: ActionPhase.FAILED, error });
}
