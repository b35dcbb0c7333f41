import { Code, ConnectError } from "@connectrpc/connect";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { LoginRequired } from "../../auth/login.ts";
import {
  type ActionCounts,
  countActions,
  describeCounts,
} from "../../client/actions/action_counts.ts";
import { phaseName } from "../../client/phases.ts";
import { RunNudges } from "../../client/actions/run_nudges.ts";
import {
  readRunState,
  type RunState,
  type Until,
} from "../../client/actions/run_state.ts";
import { spread } from "../../clock.ts";
import { nameOf } from "../../text.ts";
import type { ToolContext } from "../tool.ts";

/**
 * A run is asked so often, whether anything was heard of it or not; the pause
 * is spread, for many that wait must not ask at the same moment.
 */
const POLL_MS = 5000;

/** Changes come in groups; one question is enough for all of them. */
const TOGETHER_MS = 500;

/** Milliseconds for counting the actions. */
const COUNT_MS = 2500;

/** What was waited for, and how it went. */
export interface Waited {
  readonly last: RunState;
  readonly counts: ActionCounts | null;
  /** Whether phase or counts are others than at first. */
  readonly isChanged: boolean;
  readonly waitedMs: number;
}

/**
 * Waits until a run is as it is asked for, or time is over. What a watch says
 * only leads to a question; the answers decide, the last one included.
 *
 * @param options.waitMs until the last question
 */
export async function waitForRun(
  runId: RunIdentifier,
  { until, waitMs, context }: {
    until: Until;
    waitMs: number;
    context: ToolContext;
  },
): Promise<Waited> {
  const { clients: { runs }, clock, signal } = context;
  const start = clock.now();
  const ask = () => readRunState(runs, { runId, until, signal });
  const [first, before] = await Promise.all([ask(), count(runId, context)]);
  tell(first, before, context);
  using nudges = new RunNudges(runs, { runId, clock, signal });
  let last = first;
  while (!last.isReached) {
    const left = start + waitMs - clock.now();
    if (left <= 0) break;
    await nudges.next(Math.min(left, spread(POLL_MS, clock)), signal);
    const rest = Math.min(TOGETHER_MS, start + waitMs - clock.now());
    if (rest > 0) await clock.sleep(rest, signal);
    const now = await ask().catch((error) => overlooked(error, context));
    if (now && now.phase !== last.phase) tell(now, null, context);
    last = now ?? last;
  }
  const counts = await count(runId, context);
  const isChanged = last.phase !== first.phase ||
    counts !== null && before !== null && !isSame(counts, before);
  const waitedMs = clock.now() - start;
  return { last, counts, isChanged, waitedMs };
}

/** A question that fails is asked again; what stays so ends the wait. */
function overlooked(error: unknown, { signal }: ToolContext): null {
  signal.throwIfAborted();
  const { code, cause } = ConnectError.from(error);
  if (cause instanceof LoginRequired || !PASSING.includes(code)) throw error;
  return null;
}

const PASSING: readonly Code[] = [
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Internal,
  Code.Aborted,
];

/** Counting is a bonus: a run is waited for without it where it fails. */
async function count(
  runId: RunIdentifier,
  { clients: { runs }, clock, signal }: ToolContext,
): Promise<ActionCounts | null> {
  try {
    const counts = await countActions(runs, {
      ...{ runId, clock, signal, budgetMs: COUNT_MS },
    });
    return counts.byPhase.size > 0 ? counts : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function isSame(a: ActionCounts, b: ActionCounts): boolean {
  const text = (counts: ActionCounts) =>
    JSON.stringify(describeCounts(counts).by_phase);
  return text(a) === text(b);
}

function tell(
  { root, phase }: RunState,
  counts: ActionCounts | null,
  { progress }: ToolContext,
): void {
  const { by_phase } = describeCounts(counts);
  const parts = Object.entries(by_phase).map(([name, n]) => `${n} ${name}`);
  const actions = parts.length > 0 ? `; ${parts.join(", ")}` : "";
  progress(`${nameOf(root.id?.run?.name ?? "")} ${phaseName(phase)}${actions}`);
}
