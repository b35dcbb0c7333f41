/** A newer Flyte: values of enums that this version does not know survive. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TOOLS } from "../../src/tools/mod.ts";
import { fastClock } from "../harness.ts";
import { openSeeded } from "./beds.ts";
import { CASES } from "./cases.ts";
import { type ChangeEnum, fetchChanged } from "./changed_enums.ts";

const NAMES = TOOLS.map(({ name }) => name).filter((name) => CASES[name]);

const PHASE = "flyteidl2.common.ActionPhase";

/** Every call that the table has of a tool and that this plane can answer. */
function callsOf(name: string) {
  const { happy, empty } = CASES[name] ?? {};
  return [happy, empty?.args].flatMap((args) =>
    args
      ? [{ ...args, ...(name === "wait_for_run" && { wait_seconds: 1 }) }]
      : []
  );
}

async function openChanged(change: ChangeEnum) {
  const stack = new AsyncDisposableStack();
  const fetch = stack.use(fetchChanged(change));
  const bed = stack.use(
    await openSeeded({
      fetch,
      clock: fastClock(20),
      env: { FLYTE_PROJECT: "flytesnacks" },
    }),
  );
  return { ...bed, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Fails where a tool has crashed: defects are reported for stderr. */
async function assertAnswers(name: string, change: ChangeEnum) {
  await using bed = await openChanged(change);
  for (const args of callsOf(name)) {
    const { data, text } = await bed.call(name, args);
    assertEquals(bed.reports, [], JSON.stringify(args));
    assert(data.status === "ok" || data.error.code !== undefined, text);
    assert(!/undefined|\bNaN\b|\[object/.test(text), text);
  }
}

for (const name of NAMES) {
  Deno.test(`${name} answers though it knows no value of any enum`, async () => {
    await assertAnswers(name, () => 17);
  });

  Deno.test(`${name} answers whichever enums have unknown values`, async () => {
    const numbers = fc.infiniteStream(
      fc.constantFrom(null, null, null, 17, 99, 2_000_000_000, -1),
    );
    await fc.assert(
      fc.asyncProperty(numbers, async (numbers) => {
        await assertAnswers(
          name,
          (_, value) => numbers.next().value ?? value,
        );
      }),
      { numRuns: 4 },
    );
  });
}

/** Where each tool tells a phase. */
const PHASES: readonly (readonly [
  tool: string,
  // Tools answer in shapes of their own.
  // deno-lint-ignore no-explicit-any
  phaseOf: (data: any) => unknown,
])[] = [
  ["diagnose_run", (data) => data.phase],
  ["get_action", (data) => data.phase],
  ["get_logs", (data) => data.logs[0].phase],
  ["get_run", (data) => data.phase],
  ["get_run_io", (data) => data.phase],
  ["list_actions", (data) => data.actions[0].phase],
  ["list_runs", (data) => data.runs[0].phase],
  ["wait_for_run", (data) => data.phase],
];

for (const [tool, phaseOf] of PHASES) {
  Deno.test(`${tool} shows a phase that it does not know by its number`, async () => {
    await using bed = await openChanged((type, value) =>
      type === PHASE ? 17 : value
    );
    const [args] = callsOf(tool);
    const { data, text } = await bed.call(tool, args);
    assertEquals(data.status, "ok", text);
    assertEquals(phaseOf(data), "unknown_17");
  });
}
