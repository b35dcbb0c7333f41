import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import type { ActionEvent } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Micros } from "../clock.ts";
import {
  type Attempt,
  attemptEvent,
  type ContainerTimes,
  type Happening,
  NAMESPACE,
  podNameOf,
  wholeSecond,
} from "./attempt.ts";

const NODE = "node-1";
const TWO_SECONDS = 2_000_000;

/** The pod is asked for; every attempt after the first is a restart. */
export function submitted(attempt: Attempt, at: Micros): ActionEvent {
  const message = attempt.number === 1
    ? "task submitted to K8s"
    : "restarting task";
  return attemptEvent(attempt, at, {
    phase: ActionPhase.QUEUED,
    messages: [[at, message]],
  });
}

/** The pod is there and has no node yet. */
export function pending(attempt: Attempt, at: Micros): ActionEvent {
  return attemptEvent(attempt, at, {
    phase: ActionPhase.QUEUED,
    version: 1,
    messages: [[at, "Demistify Pending"]],
    pod: {},
  });
}

/** No node can take the pod; it stays queued. */
export function unschedulable(
  attempt: Attempt,
  at: Micros,
  { why }: { why: string },
): ActionEvent {
  return attemptEvent(attempt, at, {
    phase: ActionPhase.QUEUED,
    version: 2,
    messages: [
      [at, `Unschedulable:${why}`],
      [at, `Unschedulable:${why}`],
      [wholeSecond(at), why],
    ],
    pod: {},
  });
}

/** The pod has a node, which pulls the image. */
export function initializing(attempt: Attempt, at: Micros): ActionEvent {
  const second = wholeSecond(at);
  const pod = podNameOf(attempt);
  return attemptEvent(attempt, at, {
    phase: ActionPhase.INITIALIZING,
    messages: [
      [second, "[|ContainerCreating]: |"],
      [second, `Successfully assigned ${NAMESPACE}/${pod} to ${NODE}`],
      [second, "[|ContainerCreating]: |"],
      [second, `Pulling image "${attempt.image}"`],
    ],
    pod: {},
  });
}

/** The image cannot be pulled, of which the phase tells nothing. */
export function pullFailed(
  attempt: Attempt,
  at: Micros,
  { why }: { why: string },
): ActionEvent {
  const first = wholeSecond(at);
  const later = first + TWO_SECONDS;
  const failed = `[|ErrImagePull]: |${why}`;
  const backOff = `Back-off pulling image "${attempt.image}"`;
  const waits = `[|ImagePullBackOff]: |${backOff}: ErrImagePull: ${why}`;
  return attemptEvent(attempt, at, {
    phase: ActionPhase.INITIALIZING,
    version: 1,
    messages: [
      [first, failed],
      [first, failed],
      [first, `Failed to pull image: ${why}`],
      [later, waits],
      [later, waits],
      [later, backOff],
    ],
    pod: {},
  });
}

/** The container runs. */
export function running(attempt: Attempt, at: Micros): ActionEvent {
  const second = wholeSecond(at);
  const pod = podNameOf(attempt);
  return attemptEvent(attempt, at, {
    phase: ActionPhase.RUNNING,
    messages: [
      [second, `Successfully pulled image "${attempt.image}" in 1s`],
      [second, `Created container: ${pod}`],
      [second, `Started container ${pod}`],
    ],
    pod: { startedAt: at },
  });
}

/** The attempt is over by itself. */
export function ended(
  attempt: Attempt,
  at: Micros,
  outcome: Pick<Happening, "phase" | "error" | "cacheStatus"> & ContainerTimes,
): ActionEvent {
  const { startedAt, phase, error, cacheStatus } = outcome;
  const pod = { startedAt, endedAt: at };
  return attemptEvent(attempt, at, { phase, error, cacheStatus, pod });
}

/** Outputs of an earlier run were taken: there is no pod. */
export function cacheHit(attempt: Attempt, at: Micros): ActionEvent {
  return attemptEvent(attempt, at, {
    phase: ActionPhase.SUCCEEDED,
    messages: [[at, "cache hit"]],
    cacheStatus: CatalogCacheStatus.CACHE_HIT,
  });
}

/** The attempt was aborted, and its pod deleted. */
export function aborted(attempt: Attempt, at: Micros): ActionEvent {
  return attemptEvent(attempt, at, {
    phase: ActionPhase.ABORTED,
    messages: [[at, "aborted"]],
  });
}
