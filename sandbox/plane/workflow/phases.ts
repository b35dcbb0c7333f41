import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";

const TERMINAL: ReadonlySet<ActionPhase> = new Set([
  ActionPhase.SUCCEEDED,
  ActionPhase.FAILED,
  ActionPhase.TIMED_OUT,
  ActionPhase.ABORTED,
  ActionPhase.RECOVERED,
]);

/** Whether an action in that phase is over. */
export function isTerminal(phase: ActionPhase): boolean {
  return TERMINAL.has(phase);
}

/**
 * Whether a status update is taken. Phases move up by their numbers, which is
 * not the order of life: FAILED and TIMED_OUT may go anywhere (a retry), PAUSED
 * only to an end, SUCCEEDED even to FAILED.
 */
export function mayMove(from: ActionPhase, to: ActionPhase): boolean {
  if (from <= to) return true;
  if (from === ActionPhase.FAILED || from === ActionPhase.TIMED_OUT) {
    return true;
  }
  return from === ActionPhase.PAUSED && isTerminal(to);
}
