import { timestampMs } from "@bufbuild/protobuf/wkt";
import { z } from "zod";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { describeCounts } from "../../client/actions/action_counts.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { UNTIL, type Until } from "../../client/actions/run_state.ts";
import { humanDuration } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import {
  abortReasonOf,
  errorOf,
  taskOf,
  timesOf,
} from "../actions/action_facts.ts";
import { findRun } from "./find_run.ts";
import { stateWords } from "./run_description.ts";
import { DOMAIN, PROJECT, RUN } from "../parameters.ts";
import { type Waited, waitForRun } from "./run_waiting.ts";
import { type Scope, showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";
import { readTypicalDuration } from "./typical_duration.ts";

/** Seconds that a call may wait. */
const MAX_WAIT = 45;

/** Milliseconds of a whole call. */
const WAIT_CALL_MS = 45_000;

/** Milliseconds of a call that are for its first and last questions. */
const RESERVE_MS = 4500;

/** What lasts longer than this is not worth waiting for. */
const SOON_MS = 120_000;

export const waitForRunTool = defineTool({
  name: "wait_for_run",
  title: "Wait for a Flyte run",
  toolset: "runs",
  description:
    "Wait up to 45 s until a run has ended, runs, is paused or has a failure. Answers when it is so, or says that nothing changed and whether to call again or end your turn: runs go on without you. For why a run failed, diagnose_run.",
  callMs: WAIT_CALL_MS,
  input: {
    run: RUN,
    until: z.enum(UNTIL).default("terminal").describe(
      "What to wait for; a run that has ended ends any wait",
    ),
    wait_seconds: z.number().int().min(0).max(MAX_WAIT).default(MAX_WAIT)
      .describe("Seconds to wait at most"),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    run: z.string(),
    phase: z.string(),
    reached: z.boolean(),
    changed: z.boolean(),
    waited: z.string(),
    typical_duration: z.string().nullable(),
    suggest: z.string().nullable(),
    task: z.string().nullable(),
    actions: z.looseObject({}),
    error: z.looseObject({}).nullable(),
  },
  annotations: READS,
  async run({ run, until, wait_seconds, ...given }, context) {
    const tool = "wait_for_run";
    const { details, scope } = await findRun(run, { given, tool, context });
    const root = details.action;
    const runId = root?.id?.run;
    if (!root || !runId) throw new TypeError("A run without its root action");
    const seconds = Math.min(wait_seconds, maxWaitOf(context));
    const waitMs = Math.min(seconds * 1000, WAIT_CALL_MS - RESERVE_MS);
    const [waited, typicalMs] = await Promise.all([
      waitForRun(runId, { until, waitMs, context }),
      readTypicalDuration(root, { scope, context }),
    ]);
    const now = context.clock.now();
    return describe(waited, { scope, until, typicalMs, now });
  },
});

function maxWaitOf({ config }: ToolContext): number {
  return config.maxWait?.value ?? MAX_WAIT;
}

function describe(
  waited: Waited,
  { scope, until, typicalMs, now }: {
    scope: Scope;
    until: Until;
    typicalMs: number | null;
    now: number;
  },
): Answer {
  const { last, isChanged, waitedMs } = waited;
  const name = nameOf(last.root.id?.run?.name ?? "");
  const phase = phaseName(last.phase);
  const start = last.root.status?.startTime;
  const age = start ? now - timestampMs(start) : 0;
  const suggest = last.isReached
    ? null
    : suggestion(waited, { age, typicalMs });
  const said = suggest === "end_turn"
    ? farewell(waited)
    : SAID[suggest ?? "none"];
  const data = {
    status: "ok",
    scope: showScope(scope),
    run: name,
    phase,
    reached: last.isReached,
    changed: isChanged,
    waited: humanDuration(waitedMs),
    typical_duration: typicalMs === null ? null : humanDuration(typicalMs),
    suggest,
    ...(last.isReached || isChanged ? stateOf(waited) : {}),
  };
  const what = last.isReached
    ? reached(waited, until)
    : `${stateWords(phase)} after ${humanDuration(age)}${
      isChanged ? "" : ", nothing changed"
    }`;
  return { text: `Run ${name} ${what}.${said}`, data };
}

function reached({ last: { phase, root } }: Waited, until: Until): string {
  const state = stateWords(phaseName(phase));
  if (!isTerminal(phase)) return `${state}: ${REACHED[until]}`;
  const { duration } = timesOf(root.status);
  return duration ? `${state} after ${duration}` : state;
}

const REACHED: Readonly<Record<Until, string>> = {
  terminal: "it has ended",
  running: "it runs",
  paused: "it waits for a person",
  any_failure: "an action has failed",
};

const SAID = { call_again: " Call again.", none: "" };

/** What the person should hear of a run that nobody waits for any more. */
function farewell(waited: Waited): string {
  if (isPaused(waited)) {
    return " End your turn: it waits for a person's answer; list_conditions shows what is asked.";
  }
  return waited.last.phase === ActionPhase.RUNNING
    ? " End your turn: it goes on without you."
    : " End your turn; get_run tells what it waits for.";
}

function isPaused({ last, counts }: Waited): boolean {
  return last.phase === ActionPhase.PAUSED ||
    (counts?.byPhase.has(ActionPhase.PAUSED) ?? false);
}

/** Worth another call is what typically ends soon. */
function suggestion(
  waited: Waited,
  { age, typicalMs }: { age: number; typicalMs: number | null },
): "call_again" | "end_turn" {
  if (isPaused(waited)) return "end_turn";
  const left = typicalMs === null ? age : Math.abs(typicalMs - age);
  return left <= SOON_MS ? "call_again" : "end_turn";
}

function stateOf({ last: { root }, counts }: Waited) {
  const { phase: _, ...times } = timesOf(root.status);
  return {
    ...taskOf(root.metadata),
    ...times,
    actions: describeCounts(counts),
    error: errorOf(root),
    abort_reason: abortReasonOf(root),
  };
}
