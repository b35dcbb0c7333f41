import { clone, create } from "@bufbuild/protobuf";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { TaskLog } from "../../../idl/flyteidl2/core/execution_pb.ts";
import {
  type OutputReferences,
  OutputReferencesSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import type { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionAttempt,
  ActionAttemptSchema,
  type ActionEvent,
  type PhaseTransition,
  PhaseTransitionSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "./phases.ts";

/** The attempts of an action, put together from its events. */
export function attemptsOf(events: readonly ActionEvent[]): ActionAttempt[] {
  const byAttempt = Map.groupBy(events, (event) => event.attempt);
  return [...byAttempt]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, its]) => mergeEvents(its.toSorted(byTime)));
}

/** Whether the last attempt is over, which is what ends some streams. */
export function lastIsTerminal(attempts: readonly ActionAttempt[]): boolean {
  const last = attempts.at(-1);
  return last !== undefined && isTerminal(last.phase);
}

/** By the time reported; an event without one goes by the time it was updated. */
function byTime(a: ActionEvent, b: ActionEvent): number {
  if (a.reportedTime && b.reportedTime) {
    return compareTimes(a.reportedTime, b.reportedTime);
  }
  return compareTimes(a.updatedTime, b.updatedTime);
}

function compareTimes(a: Timestamp | undefined, b: Timestamp | undefined) {
  const seconds = Number((a?.seconds ?? 0n) - (b?.seconds ?? 0n));
  return seconds || (a?.nanos ?? 0) - (b?.nanos ?? 0);
}

/** One attempt, or none where there are no events. */
function mergeEvents(events: readonly ActionEvent[]): ActionAttempt[] {
  // The first terminal event speaks for the attempt, else the last one.
  const decisive = events.find((event) => isTerminal(event.phase)) ??
    events.at(-1);
  if (!decisive) return [];
  const logContext = events.findLast((event) => event.logContext)?.logContext;
  const startTime = events[0]?.updatedTime;
  const { attempt, phase, errorInfo, cacheStatus, cluster } = decisive;
  return [create(ActionAttemptSchema, {
    attempt,
    phase,
    startTime,
    endTime: endTime(decisive, startTime),
    outputs: outputsOf(decisive, events),
    errorInfo,
    logsAvailable: logContext !== undefined,
    logContext,
    logInfo: newestLogs(events),
    cacheStatus,
    clusterEvents: events.flatMap((event) => event.clusterEvents),
    cluster,
    phaseTransitions: transitions(events),
  })];
}

function endTime(
  { phase, updatedTime }: ActionEvent,
  start: Timestamp | undefined,
): Timestamp | undefined {
  if (!isTerminal(phase)) return undefined;
  const early = start && updatedTime &&
    timestampMs(updatedTime) < timestampMs(start);
  return early ? start : updatedTime;
}

/** The outputs the decisive event names, with the report any event named last. */
function outputsOf(
  decisive: ActionEvent,
  events: readonly ActionEvent[],
): OutputReferences | undefined {
  const reportUri = events.findLast((event) => event.outputs?.reportUri)
    ?.outputs?.reportUri;
  const own = decisive.outputs;
  if (!reportUri) return own;
  const outputs = own
    ? clone(OutputReferencesSchema, own)
    : create(OutputReferencesSchema);
  outputs.reportUri = reportUri;
  return outputs;
}

/** Of the logs of one name, the one told last. */
function newestLogs(events: readonly ActionEvent[]): TaskLog[] {
  const logs = new Map<string, TaskLog>();
  for (const { logInfo } of events.toReversed()) {
    for (const log of logInfo) if (!logs.has(log.name)) logs.set(log.name, log);
  }
  return logs.values().toArray().sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Each phase once, up to the first terminal one. */
function transitions(events: readonly ActionEvent[]): PhaseTransition[] {
  const seen = new Set<ActionPhase>();
  const found: PhaseTransition[] = [];
  for (const { phase, updatedTime } of events) {
    if (seen.has(phase)) continue;
    const before = found.at(-1);
    if (before && updatedTime) before.endTime = updatedTime;
    const over = isTerminal(phase);
    found.push(create(PhaseTransitionSchema, {
      phase,
      startTime: updatedTime,
      endTime: over ? updatedTime : undefined,
    }));
    if (over) break;
    seen.add(phase);
  }
  return found;
}
