import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionAttempt } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "../phases.ts";
import type { ActionFacts, NoLog } from "./facts.ts";
import type { TroubleClass } from "./trouble.ts";

/** Classes whose log never was, or would tell nothing. */
const WITHOUT_LOG: readonly TroubleClass[] = [
  "image_pull",
  "container_config",
  "missing_secret",
  "quota",
  "unschedulable",
  "not_enqueued",
  "cache",
  "waiting_for_people",
  "condition_timed_out",
];

const NO_LOG: Readonly<Record<NoLog["kind"], string>> = {
  gone: "log: its pod is gone, and the log with it",
  none: "log: Flyte knows of none",
  unreachable: "log: the node that has it does not answer",
  unread: "log: it could not be read",
};

/** What would tell more and is not to be had, each in one sentence. */
export function missingEvidence(
  facts: ActionFacts,
  { trouble, attempts }: {
    trouble: TroubleClass;
    attempts: readonly ActionAttempt[];
  },
): string[] {
  const { phase, error, noLog, log, abortReason } = facts;
  const missing: string[] = [];
  if (noLog && !WITHOUT_LOG.includes(trouble)) missing.push(NO_LOG[noLog.kind]);
  if (
    trouble === "user_exception" && log && !log.traceback && !isTraceback(error)
  ) {
    missing.push(
      log.reachedEnd
        ? "traceback: the log that was read has none"
        : "traceback: the end of the log, where it stands, was not reached in time; get_logs may get there",
    );
  }
  if (phase === ActionPhase.FAILED && error === "") {
    missing.push("error: Flyte has none yet, for its events lag; ask again");
  }
  if (phase === ActionPhase.TIMED_OUT && error === "") {
    missing.push("error: Flyte records none of a timeout");
  }
  if (phase === ActionPhase.ABORTED) {
    missing.push("aborter: Flyte does not record who aborts");
    if (!abortReason) missing.push("reason: none was given for the abort");
  }
  const forgotten = attempts.slice(0, -1)
    .filter((attempt) => !isTerminal(attempt.phase) && !attempt.errorInfo);
  if (forgotten.length > 0) {
    missing.push(
      "earlier attempts: Flyte keeps neither their end nor their error, and their pods are gone",
    );
  }
  return missing;
}

function isTraceback(error: string): boolean {
  return error.startsWith("Traceback (most recent call last)");
}
