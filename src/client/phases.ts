import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { enumName } from "./enum_name.ts";

/** The phases of a run or action, in lower case, by their number in the IDL. */
export const PHASES = [
  "queued",
  "waiting_for_resources",
  "initializing",
  "running",
  "succeeded",
  "failed",
  "aborted",
  "timed_out",
  "paused",
  "recovered",
] as const;

/** A phase that this version knows. */
export type Phase = typeof PHASES[number];

/** Phases that end a run; `recovered` is a success. */
const TERMINAL: ReadonlySet<ActionPhase> = new Set([
  ActionPhase.SUCCEEDED,
  ActionPhase.FAILED,
  ActionPhase.ABORTED,
  ActionPhase.TIMED_OUT,
  ActionPhase.RECOVERED,
]);

/** Whether nothing more happens by itself. */
export function isTerminal(phase: ActionPhase): boolean {
  return TERMINAL.has(phase);
}

/** The phase's name; the enum is open, so a new one keeps its number. */
export function phaseName(phase: ActionPhase): string {
  return enumName(ActionPhase, phase);
}

/** The number of a phase, as filters take it. */
export function phaseNumber(phase: Phase): ActionPhase {
  return PHASES.indexOf(phase) + 1;
}
