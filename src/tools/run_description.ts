import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  type ErrorInfo,
  ErrorInfo_Kind,
  type RunDetails,
  RunSource,
} from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type ActionCounts, countActions } from "../client/action_counts.ts";
import { personOf } from "../client/people.ts";
import { isTerminal, phaseName } from "../client/phases.ts";
import { durationBetween, humanDuration, isoTime } from "../client/times.ts";
import { nameOf, quote, shortened } from "../text.ts";
import { findGates } from "./run_gates.ts";
import { consoleUrl } from "./run_reference.ts";
import { type Scope, showScope } from "./scope.ts";
import type { Answer, ToolContext } from "./tool.ts";

/** Projects a run for a reader. */
export async function describeRun(
  { action }: RunDetails,
  { scope, context }: { scope: Scope; context: ToolContext },
): Promise<Answer> {
  const runId = action?.id?.run;
  if (!action || !runId) throw new TypeError("A run without its root action");
  const counts = await countsOrNone(runId, context);
  const phase = action.status?.phase ?? ActionPhase.UNSPECIFIED;
  const gates = isTerminal(phase)
    ? []
    : await findGates(runId, counts, context);
  const data = {
    status: "ok",
    scope: showScope(scope),
    name: nameOf(runId.name),
    ...stateOf(action),
    actions: describeCounts(counts),
    error: errorOf(action),
    abort_reason: abortReasonOf(action),
    waiting_for: gates,
    url: consoleUrl({ ...scope, name: runId.name }, context.endpoint.value),
  };
  return { text: sentence(data), data };
}

/** Phase, task, person and times. */
function stateOf(action: ActionDetails) {
  const { metadata, status } = action;
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  // A retried action may run on with the end time of its first failure.
  const ended = isTerminal(phase);
  const source = metadata?.source
    ? RunSource[metadata.source]?.toLowerCase()
    : undefined;
  return {
    phase: phaseName(phase),
    ...taskOf(action),
    source: source ?? null,
    started_by: personOf(metadata?.executedBy),
    started_at: isoTime(status?.startTime),
    ended_at: ended ? isoTime(status?.endTime) : null,
    duration: ended ? durationOf(action) : null,
    attempts: status?.attempts ?? 0,
  };
}

/** Facts on the task that the action runs. */
function taskOf({ metadata }: ActionDetails) {
  const spec = metadata?.spec;
  const task = spec?.case === "task" ? spec.value : undefined;
  return {
    task: nameOf(task?.id?.name || metadata?.funtionName || "") || null,
    version: nameOf(task?.id?.version ?? "") || null,
  };
}

function durationOf({ status }: ActionDetails): string | null {
  return status?.durationMs === undefined
    ? durationBetween(status?.startTime, status?.endTime)
    : humanDuration(Number(status.durationMs));
}

/**
 * The error of a failed run. The server sets the top one only when its events
 * have caught up, and for a timeout never, so the attempts are asked as well.
 */
function errorOf({ result, attempts, status }: ActionDetails) {
  const failed = status?.phase === ActionPhase.FAILED ||
    status?.phase === ActionPhase.TIMED_OUT;
  if (!failed) return null;
  const info: ErrorInfo | undefined = result.case === "errorInfo"
    ? result.value
    : attempts.findLast(({ errorInfo }) => errorInfo)?.errorInfo;
  if (!info) return { kind: null, message: null };
  const kind = info.kind === ErrorInfo_Kind.UNSPECIFIED
    ? null
    : ErrorInfo_Kind[info.kind]?.toLowerCase() ?? `kind_${info.kind}`;
  return { kind, message: quote(info.message.replaceAll("\r\n", "\n")) };
}

function abortReasonOf({ result }: ActionDetails): string | null {
  const reason = result.case === "abortInfo" ? result.value.reason : "";
  return reason ? quote(reason, 1000) : null;
}

/** Counting is a bonus: a run is described without it where it fails. */
async function countsOrNone(
  runId: NonNullable<NonNullable<ActionDetails["id"]>["run"]>,
  { clients, clock, signal }: ToolContext,
): Promise<ActionCounts | null> {
  try {
    return await countActions(clients.runs, { runId, clock, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { code } = ConnectError.from(error);
    const lacking = [Code.Unimplemented, Code.Unavailable, Code.Internal];
    if (lacking.includes(code)) return null;
    throw error;
  }
}

function describeCounts(counts: ActionCounts | null) {
  if (!counts?.byPhase.size) {
    return { total: null, by_phase: {}, complete: false };
  }
  const phases = [...counts.byPhase].sort(([a], [b]) => a - b);
  return {
    total: phases.reduce((sum, [, count]) => sum + count, 0),
    by_phase: Object.fromEntries(
      phases.map(([phase, count]) => [phaseName(phase), count]),
    ),
    complete: counts.complete,
  };
}

function sentence(run: {
  name: string;
  phase: string;
  task: string | null;
  duration: string | null;
  error: { message: string | null } | null;
  abort_reason: string | null;
  actions: { by_phase: Readonly<Record<string, number>> };
  waiting_for: readonly unknown[] | null;
}): string {
  const task = run.task ? ` (${run.task})` : "";
  const time = run.duration ? ` after ${run.duration}` : "";
  const gates = Math.max(
    run.waiting_for?.length ?? 0,
    run.actions.by_phase[phaseName(ActionPhase.PAUSED)] ?? 0,
  );
  const waits = gates > 0
    ? `, waiting for ${gates === 1 ? "a person's answer" : `${gates} answers`}`
    : "";
  return `Run ${run.name}${task} ${stateWords(run.phase)}${time}${waits}${
    whyOf(run)
  }.`;
}

/** How a phase is said of a run. */
function stateWords(phase: string): string {
  if (phase === "aborted") return "was aborted";
  const words = phase.replaceAll("_", " ");
  return ENDED.includes(phase) ? words : `is ${words}`;
}

/** Phases that are verbs already. */
const ENDED: readonly string[] = [
  "succeeded",
  "failed",
  "timed_out",
  "recovered",
];

/** The start of the error or of the reason; the data has it whole. */
function whyOf(
  { error, abort_reason: reason }: {
    error: { message: string | null } | null;
    abort_reason: string | null;
  },
): string {
  const why = error?.message ?? reason;
  return why ? `: ${shortened(why)}` : "";
}
