/** The queue before one place: who is let in, and when. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import type { Lane } from "../../src/client/admission/admission.ts";
import { settle } from "../tools/clocks.ts";
import { newAdmission, WIDTHS } from "./queued_calls.ts";

for (const [lane, width] of WIDTHS) {
  Deno.test(`Admission lets ${width} of the lane "${lane}" in at a time, and the next when one ends`, async () => {
    const { enterMany, turns, end } = newAdmission();
    enterMany(width + 2, lane);
    await settle();
    assertEquals(turns.size, width);
    end(3);
    await settle();
    assertEquals(turns.size, width);
    assert(turns.has(width) && !turns.has(width + 1));
  });
}

Deno.test("Admission is first come, first served", async () => {
  const { enterMany, order, end } = newAdmission();
  enterMany(40);
  for (let call = 0; call < 40; call++) {
    await settle();
    end(call);
  }
  await settle();
  assertEquals(order, Array.from({ length: 40 }, (_, at) => at));
});

Deno.test("Admission lets who holds streams and watches make calls", async () => {
  const { enterMany, enter, turns } = newAdmission();
  enterMany(20, "stream");
  enterMany(20, "watch");
  await settle();
  assertEquals(turns.size, 24);
  const call = enter("call");
  await settle();
  assert(turns.has(call));
});

Deno.test("a turn that ends twice frees one place", async () => {
  const { admission, enterMany, turns } = newAdmission();
  const { signal } = new AbortController();
  const first = await admission.enter("call", signal);
  enterMany(30);
  await settle();
  assertEquals(turns.size, 15);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await settle();
  assertEquals(turns.size, 16);
});

Deno.test("who leaves the queue is not let in, and the next one is", async () => {
  const { enterMany, leave, refused, turns, end } = newAdmission();
  enterMany(18);
  await settle();
  const reason = new Error("Enough");
  leave.get(16)?.abort(reason);
  await settle();
  assertEquals(refused.get(16), reason);
  end(0);
  await settle();
  assert(!turns.has(16) && turns.has(17));
});

Deno.test("who leaves after it was let in keeps its turn until it ends", async () => {
  const { enterMany, leave, refused, turns, end } = newAdmission();
  enterMany(17);
  await settle();
  leave.get(0)?.abort();
  await settle();
  assertEquals([turns.size, refused.size], [16, 0]);
  end(0);
  await settle();
  assert(turns.has(16));
});

Deno.test("who comes with a signal that is aborted waits for nothing", async () => {
  const { admission } = newAdmission();
  const gone = AbortSignal.abort(new Error("Gone"));
  await assertRejects(() => admission.enter("call", gone), Error, "Gone");
});

/** What can happen to a queue. */
const STEPS = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ enter: fc.constantFrom(...WIDTHS) }) },
    { weight: 3, arbitrary: fc.record({ end: fc.nat(30) }) },
    fc.record({ answer: fc.nat(30) }),
    fc.record({ leave: fc.nat(60) }),
    fc.record({ pause: fc.integer({ min: 200, max: 9000 }) }),
    fc.record({ wait: fc.nat(4000) }),
  ),
  { maxLength: 120 },
);

Deno.test("Admission never lets in too many, nor anyone during a pause, keeps the order, and forgets nobody", async () => {
  await fc.assert(fc.asyncProperty(STEPS, async (steps) => {
    const queue = newAdmission();
    const { clock, admission, turns, refused, order } = queue;
    const lanes = new Map<number, Lane>();
    let pausedUntil = 0;
    for (const step of steps) {
      const before = order.length;
      const wasPaused = pausedUntil > clock.now();
      const open = [...turns.keys()];
      if ("enter" in step) {
        const [lane] = step.enter;
        lanes.set(queue.enter(lane), lane);
      } else if ("end" in step) queue.end(open[step.end] ?? -1);
      else if ("answer" in step) queue.answer(open[step.answer] ?? -1);
      else if ("leave" in step) queue.leave.get(step.leave)?.abort();
      else if ("pause" in step) {
        admission.pause(step.pause);
        pausedUntil = Math.max(pausedUntil, clock.now() + step.pause);
      } else await clock.advance(step.wait);
      await settle();
      for (const [lane, width] of WIDTHS) {
        const inFlight = [...turns.keys()]
          .filter((call) => lanes.get(call) === lane);
        assert(inFlight.length <= width);
        const came = order.filter((call) => lanes.get(call) === lane);
        assertEquals(came, came.toSorted((a, b) => a - b));
      }
      if (wasPaused && pausedUntil > clock.now()) {
        assertEquals(order.length, before);
      }
    }
    // Everybody gets a turn or a reason in the end.
    for (let round = 0; round <= lanes.size; round++) {
      const open = [...turns.keys()];
      for (const call of open) queue.answer(call);
      for (const call of open) queue.end(call);
      await clock.advance(10_000);
    }
    assertEquals(order.length + refused.size, lanes.size);
    assertEquals(clock.sleepers, 0);
  }));
});
