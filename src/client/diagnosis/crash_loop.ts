import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { isInputError } from "./error_signs.ts";
import type { ActionFacts, LogFacts } from "./facts.ts";
import type { Evidence, Finding } from "./trouble.ts";

/** A container whose launch is so much later is not the first one. */
const RELAUNCHED_AFTER_MS = 60_000;

/** Lines that show how a container without a traceback ended. */
const LAST_LINES = 3;

/**
 * A container that ends by itself is launched again without end, in the same
 * attempt and the phase RUNNING: its log is the only trace. It begins later
 * than the attempt, or begins several times, or ends although the action goes
 * on.
 */
export function findLoop(facts: ActionFacts): Finding | null {
  const { phase, log, runningSince } = facts;
  if (phase !== ActionPhase.RUNNING || !log || runningSince === null) {
    return null;
  }
  const last = log.launches.at(-1) ?? 0;
  const isRelaunched = log.launches.length > 1 ||
    last - runningSince > RELAUNCHED_AFTER_MS;
  const hasEnded = log.reachedEnd && log.traceback !== null;
  if (!isRelaunched && !hasEnded) return null;
  const raised = log.traceback?.exception ?? "";
  return {
    class: isInputError(raised, facts.functionName)
      ? "input_type"
      : "crash_loop",
    confidence: isRelaunched ? "high" : "medium",
    isEndless: true,
    evidence: [
      ...launchEvidence(log, runningSince),
      { from: "log", text: raised || endOf(log) },
    ],
  };
}

function launchEvidence(
  { launches }: LogFacts,
  runningSince: number,
): Evidence[] {
  const times = launches.map((time) => new Date(time).toISOString());
  const last = times.at(-1);
  if (last === undefined) return [];
  const since = new Date(runningSince).toISOString();
  const count = launches.length > 1 ? `${launches.length} launches, ` : "";
  return [{
    from: "status",
    text:
      `running since ${since}, but the log has ${count}the last launch at ${last}`,
  }];
}

function endOf({ lines }: LogFacts): string {
  return lines.slice(-LAST_LINES).join("\n");
}
