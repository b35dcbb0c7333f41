import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import { humanDuration } from "../times.ts";
import { findLoop } from "./crash_loop.ts";
import { isInputError, readError } from "./error_signs.ts";
import type { ActionFacts } from "./facts.ts";
import type { Confidence, Evidence, Finding, TroubleClass } from "./trouble.ts";

/** What it means to wait for that; other waits are as they should be. */
const WAITS: Readonly<Record<string, TroubleClass>> = {
  not_enqueued: "not_enqueued",
  unschedulable: "unschedulable",
  preempted: "preempted",
  quota: "quota",
  image_pull: "image_pull",
  container_config: "container_config",
  cache: "cache",
};

/** Waits that nothing but a change ends. */
const ENDLESS: readonly TroubleClass[] = ["not_enqueued", "unschedulable"];

/** What is wrong with an action, from the facts alone. */
export function classify(facts: ActionFacts): Finding {
  switch (facts.phase) {
    case ActionPhase.SUCCEEDED:
    case ActionPhase.RECOVERED:
      return ofSuccess(facts);
    case ActionPhase.FAILED:
      return ofFailure(facts);
    case ActionPhase.TIMED_OUT:
      return ofTimeout(facts);
    case ActionPhase.ABORTED:
      return {
        class: "aborted",
        confidence: "high",
        evidence: [status("it was aborted"), ...said(facts.abortReason)],
      };
    case ActionPhase.PAUSED:
      return {
        class: "waiting_for_people",
        confidence: "high",
        evidence: [status("it is paused until somebody answers")],
      };
    default:
      return ofUnfinished(facts);
  }
}

function ofSuccess({ cacheStatus }: ActionFacts): Finding {
  return cacheStatus === CatalogCacheStatus.CACHE_PUT_FAILURE
    ? {
      class: "cache",
      confidence: "high",
      evidence: [status("its outputs could not be written into the cache")],
    }
    : NO_TROUBLE;
}

const NO_TROUBLE: Finding = { class: "none", confidence: "high", evidence: [] };

function ofTimeout({ kind, timeoutMs, error }: ActionFacts): Finding {
  const limit = timeoutMs === null ? "" : ` of ${humanDuration(timeoutMs)}`;
  return {
    class: kind === "condition" ? "condition_timed_out" : "timeout",
    confidence: "high",
    evidence: [status(`it is over its timeout${limit}`), ...said(error)],
  };
}

function ofFailure(facts: ActionFacts): Finding {
  const { error, log, functionName } = facts;
  if (error === "") {
    return { class: "unknown", confidence: "low", evidence: lastEvent(facts) };
  }
  const raised = log?.traceback?.exception ?? "";
  // What a task raised stands in its log, whatever the text looks like.
  const isRaised = raised !== "" && raised.endsWith(firstLine(error));
  if (isInputError(isRaised ? raised : error, functionName)) {
    return found("input_type", facts, isRaised ? "high" : "medium");
  }
  const known = isRaised ? null : readError(error);
  if (known) return found(known, facts, known === "killed" ? "medium" : "high");
  if (facts.isSystemError) return found("system_error", facts, "medium");
  const hasTraceback = isRaised || error.startsWith("Traceback (most recent");
  return found("user_exception", facts, hasTraceback ? "high" : "medium");
}

function found(
  trouble: TroubleClass,
  { error, log, events }: ActionFacts,
  confidence: Confidence,
): Finding {
  const raised = log?.traceback?.exception;
  const event = EVENT_SIGNS[trouble];
  const telling = event && events.findLast((text) => event.test(text));
  return {
    class: trouble,
    confidence,
    evidence: [
      ...said(error),
      ...raised && LOGGED.includes(trouble)
        ? [{ from: "log", text: raised } as const]
        : [],
      ...telling ? [{ from: "event", text: telling } as const] : [],
    ],
  };
}

/** Classes of which the traceback in the log tells more than the error. */
const LOGGED: readonly TroubleClass[] = ["user_exception", "input_type"];

/** Events that say the same as the error. */
const EVENT_SIGNS: Partial<Record<TroubleClass, RegExp>> = {
  image_pull: /^\[\|ErrImage|^Failed to pull image/,
  preempted: /^Preempted\b/,
  evicted: /^Evicted|^The node was low/,
};

function ofUnfinished(facts: ActionFacts): Finding {
  const { wait, phase, noLog } = facts;
  const waitsFor = wait && WAITS[wait.kind];
  if (wait && waitsFor) {
    return {
      class: waitsFor,
      confidence: waitsFor === "not_enqueued" ? "medium" : "high",
      isEndless: ENDLESS.includes(waitsFor),
      evidence: wait.message === null
        ? [status(
          "it has been queued for over a minute, and nothing was ever heard of it",
        )]
        : [{ from: "event", text: wait.message }],
    };
  }
  const loop = findLoop(facts);
  if (loop) return loop;
  if (phase === ActionPhase.RUNNING && noLog?.kind === "unreachable") {
    return {
      class: "node_unreachable",
      confidence: "low",
      evidence: [{ from: "log", text: noLog.message }],
    };
  }
  return ofOverdue(facts) ?? NO_TROUBLE;
}

/** Nobody ends a pod that runs for longer than it may. */
function ofOverdue({ ranMs, timeoutMs }: ActionFacts): Finding | null {
  if (ranMs === null || timeoutMs === null || ranMs <= timeoutMs) return null;
  return {
    class: "timeout",
    confidence: "high",
    isEndless: true,
    evidence: [status(
      `running for ${humanDuration(ranMs)} with a timeout of ${
        humanDuration(timeoutMs)
      }, which is not enforced on pods`,
    )],
  };
}

function status(text: string): Evidence {
  return { from: "status", text };
}

function said(error: string): Evidence[] {
  return error === "" ? [] : [{ from: "error", text: error }];
}

function lastEvent({ events }: ActionFacts): Evidence[] {
  return events.slice(-1).map((text) => ({ from: "event", text }));
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
