import { assertEquals } from "@std/assert";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { mayMove } from "../../../sandbox/plane/workflow/phases.ts";
import { withStatus } from "../../../sandbox/plane/workflow/state_changes.ts";
import { create } from "@bufbuild/protobuf";
import {
  type ActionStatus,
  ActionStatusSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { toTimestamp } from "../../../sandbox/plane/clock.ts";

const {
  ABORTED,
  FAILED,
  INITIALIZING,
  PAUSED,
  QUEUED,
  RECOVERED,
  RUNNING,
  SUCCEEDED,
  TIMED_OUT,
} = ActionPhase;

const MOVES: [string, ActionPhase, ActionPhase, boolean][] = [
  ["to a higher number", QUEUED, RUNNING, true],
  ["to itself", RUNNING, RUNNING, true],
  ["to a lower number", RUNNING, INITIALIZING, false],
  ["from an end to a higher number", SUCCEEDED, FAILED, true],
  ["from an end to a lower number", SUCCEEDED, RUNNING, false],
  ["from FAILED to a new attempt", FAILED, RUNNING, true],
  ["from TIMED_OUT to a new attempt", TIMED_OUT, QUEUED, true],
  ["from ABORTED to a new attempt", ABORTED, RUNNING, false],
  ["from PAUSED to an end", PAUSED, SUCCEEDED, true],
  ["from PAUSED to RUNNING", PAUSED, RUNNING, false],
  ["from PAUSED to RECOVERED", PAUSED, RECOVERED, true],
];

for (const [what, from, to, allowed] of MOVES) {
  Deno.test(`mayMove() is ${allowed} when a phase goes ${what}`, () => {
    assertEquals(mayMove(from, to), allowed);
  });
}

const STATE = {
  phase: RUNNING,
  attempts: 1,
  cacheStatus: 0,
  createdAt: 1_000_000,
  updatedAt: 1_000_000,
  endedAt: null,
  durationMs: null,
  abortReason: null,
  output: undefined,
  principal: undefined,
};

/** A status with times in microseconds. */
function status(
  phase: ActionPhase,
  { start, end }: { start?: number; end?: number } = {},
): ActionStatus {
  return create(ActionStatusSchema, {
    phase,
    attempts: 2,
    startTime: start === undefined ? undefined : toTimestamp(start),
    endTime: end === undefined ? undefined : toTimestamp(end),
  });
}

Deno.test("withStatus() lowers the start and never raises it", () => {
  const lower = withStatus(STATE, status(RUNNING, { start: 400_000 }), 2e6);
  assertEquals(lower?.createdAt, 400_000);
  const higher = withStatus(STATE, status(RUNNING, { start: 1_500_000 }), 2e6);
  assertEquals(higher?.createdAt, 1_000_000);
});

Deno.test("withStatus() takes the time of writing when an end has none", () => {
  const ended = withStatus(STATE, status(SUCCEEDED), 3_500_000);
  assertEquals(ended?.endedAt, 3_500_000);
  assertEquals(ended?.durationMs, 2_500);
});

Deno.test("withStatus() keeps the first end when there is another", () => {
  const first = withStatus(STATE, status(FAILED, { end: 2e6 }), 5e6);
  const second = first && withStatus(first, status(ABORTED, { end: 9e6 }), 9e6);
  assertEquals(second?.endedAt, 2e6);
  assertEquals(second?.phase, ABORTED);
});

Deno.test("withStatus() ends no action before it began", () => {
  const ended = withStatus(STATE, status(FAILED, { end: 10 }), 5e6);
  assertEquals(ended?.endedAt, STATE.createdAt);
  assertEquals(ended?.durationMs, 0);
});

Deno.test("withStatus() gives nothing when the phase may not move", () => {
  assertEquals(withStatus(STATE, status(QUEUED), 5e6), undefined);
});
