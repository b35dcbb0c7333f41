import type { Client } from "@connectrpc/connect";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { oneOf } from "../one_of.ts";
import { isTerminal } from "../phases.ts";

/** What may be waited for; whatever it is, a run that has ended ends it. */
export const UNTIL = ["terminal", "running", "paused", "any_failure"] as const;

/** What is waited for. */
export type Until = typeof UNTIL[number];

/** A run at one moment. */
export interface RunState {
  readonly root: ActionDetails;
  readonly phase: ActionPhase;
  /** Whether what is waited for is so. */
  readonly isReached: boolean;
}

/** Actions in these phases are what is looked for below the root. */
const PHASES: Partial<Record<Until, readonly ActionPhase[]>> = {
  paused: [ActionPhase.PAUSED],
  any_failure: [ActionPhase.FAILED, ActionPhase.TIMED_OUT],
};

/**
 * Asks how a run is, and whether it is as it is waited for.
 *
 * @throws {ConnectError}
 */
export async function readRunState(
  runs: Client<typeof RunService>,
  { runId, until, signal }: {
    runId: RunIdentifier;
    until: Until;
    signal: AbortSignal;
  },
): Promise<RunState> {
  const phases = PHASES[until];
  const [{ details }, below] = await Promise.all([
    runs.getRunDetails({ runId }, { signal }),
    phases ? hasActions(runs, { runId, phases, signal }) : false,
  ]);
  const root = details?.action;
  if (!root) throw new TypeError("A run without its root action");
  const phase = root.status?.phase ?? ActionPhase.UNSPECIFIED;
  const isRunning = until === "running" &&
    (phase === ActionPhase.RUNNING || phase === ActionPhase.PAUSED);
  return { root, phase, isReached: isTerminal(phase) || isRunning || below };
}

async function hasActions(
  runs: Client<typeof RunService>,
  { runId, phases, signal }: {
    runId: RunIdentifier;
    phases: readonly ActionPhase[];
    signal: AbortSignal;
  },
): Promise<boolean> {
  const { actions } = await runs.listActions({
    runId,
    request: {
      limit: 1,
      filters: [oneOf("phase", phases.map(String))],
    },
  }, { signal });
  return actions.length > 0;
}
