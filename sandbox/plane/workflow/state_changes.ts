import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionStatus } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { durationMs, type Micros, optionalMicros } from "../clock.ts";
import type { ActionState } from "./actions.ts";
import { isTerminal, mayMove } from "./phases.ts";

/**
 * What a status update makes of an action, or `undefined` where it is not
 * taken. Attempts and cache status are overwritten; the start may only be
 * lowered; the first end counts.
 */
export function withStatus<T extends ActionState>(
  old: T,
  status: ActionStatus,
  now: Micros,
): T | undefined {
  const { phase, attempts, cacheStatus } = status;
  if (!mayMove(old.phase, phase)) return undefined;
  const start = optionalMicros(status.startTime);
  const createdAt = Math.min(old.createdAt, start ?? old.createdAt);
  const end = optionalMicros(status.endTime) ??
    (isTerminal(phase) ? now : null);
  const moved = { ...old, phase, attempts, cacheStatus, createdAt };
  return { ...moved, updatedAt: now, ...endOf(moved, end) };
}

/** What an abort makes of an action, whatever its phase was. */
export function aborted<T extends ActionState>(
  old: T,
  abortReason: string,
  now: Micros,
): T {
  const phase = ActionPhase.ABORTED;
  return { ...old, phase, abortReason, updatedAt: now, ...endOf(old, now) };
}

/** When an action that was created at one time ended, and how long it took. */
export function endOf(
  { createdAt, endedAt, durationMs: old }: Pick<
    ActionState,
    "createdAt" | "endedAt" | "durationMs"
  >,
  end: Micros | null,
): Pick<ActionState, "endedAt" | "durationMs"> {
  if (end === null) return { endedAt, durationMs: old };
  const ended = endedAt ?? Math.max(end, createdAt);
  return { endedAt: ended, durationMs: durationMs(createdAt, ended) };
}
