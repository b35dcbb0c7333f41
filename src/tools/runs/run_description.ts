import { Code, ConnectError } from "@connectrpc/connect";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  type RunDetails,
  RunSource,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type ActionCounts,
  countActions,
  describeCounts,
} from "../../client/actions/action_counts.ts";
import { enumName } from "../../client/enum_name.ts";
import { personOf } from "../../client/people.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { humanDuration } from "../../client/times.ts";
import { nameOf, shortened } from "../../text.ts";
import {
  abortReasonOf,
  errorOf,
  taskOf,
  timesOf,
} from "../actions/action_facts.ts";
import type { ActionWait } from "../actions/action_wait.ts";
import { ROOT } from "../actions/find_action.ts";
import { findGates, type Gate } from "./run_gates.ts";
import { consoleUrl, placesOf } from "../run_reference.ts";
import { findWaits } from "./run_waits.ts";
import { type Scope, showScope } from "../scope.ts";
import type { Answer, ToolContext } from "../tool.ts";

/** Projects a run for a reader. */
export async function describeRun(
  { action }: RunDetails,
  { scope, context }: { scope: Scope; context: ToolContext },
): Promise<Answer> {
  const runId = action?.id?.run;
  if (!action || !runId) throw new TypeError("A run without its root action");
  const counts = await countsOrNone(runId, context);
  const waits = await findAllWaits(action, { runId, counts, context });
  const data = {
    status: "ok",
    scope: showScope(scope),
    name: nameOf(runId.name),
    ...stateOf(action),
    elapsed: sinceStart(action, context.clock.now()),
    actions: describeCounts(counts),
    error: errorOf(action),
    abort_reason: abortReasonOf(action),
    waiting_for: waits,
    url: consoleUrl({ ...scope, name: runId.name }, placesOf(context)),
  };
  return { text: sentence(data), data };
}

/**
 * The people that a run waits for, then what its actions wait for.
 *
 * @returns `null` when Flyte does not tell
 */
async function findAllWaits(
  root: ActionDetails,
  { runId, counts, context }: {
    runId: RunIdentifier;
    counts: ActionCounts | null;
    context: ToolContext;
  },
): Promise<readonly (Gate | ActionWait)[] | null> {
  if (isTerminal(root.status?.phase ?? ActionPhase.UNSPECIFIED)) return [];
  const [gates, waits] = await Promise.all([
    findGates(runId, counts, context),
    findWaits(root, { runId, counts, context }),
  ]);
  return gates || waits.length > 0 ? [...gates ?? [], ...waits] : null;
}

/** Phase, task, person and times. */
function stateOf({ metadata, status }: ActionDetails) {
  const { phase, ...times } = timesOf(status);
  const source = metadata?.source ? enumName(RunSource, metadata.source) : null;
  return {
    phase,
    ...taskOf(metadata),
    source,
    started_by: personOf(metadata?.executedBy),
    ...times,
    attempts: status?.attempts ?? 0,
  };
}

/** How long a run goes on already; `null`: it has ended. */
function sinceStart({ status }: ActionDetails, now: number): string | null {
  const { phase = ActionPhase.UNSPECIFIED, startTime } = status ?? {};
  return isTerminal(phase) || !startTime
    ? null
    : humanDuration(now - timestampMs(startTime));
}

/** Counting is a bonus: a run is described without it where it fails. */
async function countsOrNone(
  runId: RunIdentifier,
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

function sentence(run: {
  name: string;
  phase: string;
  task: string | null;
  duration: string | null;
  error: { message: string | null } | null;
  abort_reason: string | null;
  actions: { by_phase: Readonly<Record<string, number>> };
  waiting_for: readonly (Gate | ActionWait)[] | null;
}): string {
  const task = run.task ? ` (${run.task})` : "";
  const time = run.duration ? ` after ${run.duration}` : "";
  const waits = run.waiting_for ?? [];
  const gates = Math.max(
    waits.filter(({ kind }) => kind === "answer").length,
    run.actions.by_phase[phaseName(ActionPhase.PAUSED)] ?? 0,
  );
  const asks = gates > 0
    ? `, waiting for ${gates === 1 ? "a person's answer" : `${gates} answers`}`
    : "";
  return `Run ${run.name}${task} ${stateWords(run.phase)}${time}${asks}${
    heldBy(waits)
  }${whyOf(run)}.`;
}

/** What the longest wait is for, but for people. */
function heldBy(waits: readonly (Gate | ActionWait)[]): string {
  const wait = waits.find((one) => one.kind !== "answer");
  if (!wait) return "";
  const whose = wait.action === ROOT ? "" : `action ${wait.action} waits: `;
  return `; ${whose}${wait.what}`;
}

/** How a phase is said of a run. */
export function stateWords(phase: string): string {
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
