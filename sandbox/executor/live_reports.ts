import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionEvent } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { fromTimestamp, type Micros, toTimestamp } from "../plane/clock.ts";
import { wholeSecond } from "../plane/kubernetes/attempt.ts";
import { checkReport } from "../seed/play/stage.ts";
import { isTerminal } from "../plane/workflow/phases.ts";
import { type LiveScene, until } from "./live_scene.ts";

/** How long after an event the status follows: watchers see one without the other. */
const LAG: Micros = 30_000;

/**
 * Reports an event, and a moment later what it makes of the action: the event
 * that ends an attempt is told while its action still runs.
 */
export async function report(
  scene: LiveScene,
  event: ActionEvent,
  { createdAt, signal }: { createdAt: Micros; signal: AbortSignal },
): Promise<void> {
  const { internal } = scene.stage;
  const told = await internal.recordActionEvents({ events: [event] });
  checkReport(told.status);
  const { id, attempt, phase, cacheStatus, updatedTime } = event;
  const time = (updatedTime ? fromTimestamp(updatedTime) : createdAt) + LAG;
  await until(scene, time, signal);
  const updated = await internal.updateActionStatus({
    actionId: id,
    status: {
      // The resource says no more than that it is queued.
      phase: phase === ActionPhase.WAITING_FOR_RESOURCES
        ? ActionPhase.QUEUED
        : phase,
      attempts: attempt,
      cacheStatus,
      startTime: toTimestamp(wholeSecond(createdAt)),
      endTime: isTerminal(phase) ? toTimestamp(time) : undefined,
    },
  });
  checkReport(updated.status);
}
