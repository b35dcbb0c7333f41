import { assertEquals } from "@std/assert";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import {
  isTerminal,
  phaseName,
  phaseNumber,
  PHASES,
} from "../../src/client/phases.ts";

/** The numbers that the server stores and filters by. */
const NUMBERS = {
  queued: 1,
  waiting_for_resources: 2,
  initializing: 3,
  running: 4,
  succeeded: 5,
  failed: 6,
  aborted: 7,
  timed_out: 8,
  paused: 9,
  recovered: 10,
} as const;

Deno.test("PHASES are those of the IDL, in its order", () => {
  assertEquals([...PHASES], Object.keys(NUMBERS));
  const known = Object.values(ActionPhase)
    .filter((value) => typeof value === "number" && value > 0);
  assertEquals(known.length, PHASES.length);
});

for (const phase of PHASES) {
  Deno.test(`${phase} has its number both ways`, () => {
    assertEquals(phaseNumber(phase) as number, NUMBERS[phase]);
    assertEquals(phaseName(NUMBERS[phase]), phase);
  });
}

Deno.test("phaseName() of a phase that is not known is its number", () => {
  // The enum is open: a newer server may send any number.
  assertEquals(phaseName(11 as ActionPhase), "unknown_11");
  assertEquals(phaseName(-1 as ActionPhase), "unknown_-1");
  assertEquals(phaseName(ActionPhase.UNSPECIFIED), "unspecified");
});

Deno.test("isTerminal() is where nothing more happens by itself", () => {
  const terminal = PHASES.filter((phase) => isTerminal(phaseNumber(phase)));
  assertEquals(terminal, [
    "succeeded",
    "failed",
    "aborted",
    "timed_out",
    "recovered",
  ]);
  assertEquals(isTerminal(42 as ActionPhase), false);
});
