/** A queue before one place, and calls in it, on time that the tests set. */
import {
  Admission,
  type Lane,
  type Turn,
} from "../../src/client/admission/admission.ts";
import { steppedClock } from "../tools/clocks.ts";

/** The lanes, and how many calls there may be in each. */
export const WIDTHS = [["call", 16], ["stream", 16], ["watch", 8]] as const;

/** A queue, and calls in it that are told apart by a number. */
export function newAdmission(random = () => 0) {
  const clock = steppedClock(random);
  const admission = new Admission(clock);
  const turns = new Map<number, Turn>();
  const order: number[] = [];
  const refused = new Map<number, unknown>();
  const leave = new Map<number, AbortController>();
  let calls = 0;
  const enter = (lane: Lane = "call") => {
    const call = calls++;
    const caller = new AbortController();
    leave.set(call, caller);
    admission.enter(lane, caller.signal).then((turn) => {
      turns.set(call, turn);
      order.push(call);
    }, (reason) => refused.set(call, reason));
    return call;
  };
  return {
    ...{ clock, admission, turns, order, refused, leave, enter },
    enterMany: (count: number, lane?: Lane) =>
      Array.from({ length: count }, () => enter(lane)),
    end: (call: number) => {
      turns.get(call)?.[Symbol.dispose]();
      turns.delete(call);
    },
    answer: (call: number) => turns.get(call)?.answered(),
  };
}
