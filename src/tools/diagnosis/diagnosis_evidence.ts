import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { showLines } from "../../client/logs/show_lines.ts";
import { quote } from "../../text.ts";
import {
  describeAttempt,
  describeEvents,
} from "../actions/attempt_description.ts";
import { type Data, shownBytes } from "../budget.ts";
import type { Cause } from "./diagnosis_cause.ts";
import type { ResponseFormat } from "../parameters.ts";

/** Attempts shown, the last ones. */
const MAX_ATTEMPTS = 3;

/** Events shown, the last ones. */
const MAX_EVENTS = 12;

/** The last attempts, with the time spent in each phase. */
export function attemptsOf({ attempts }: ActionDetails, now: number) {
  const first = Math.max(0, attempts.length - MAX_ATTEMPTS);
  return attempts.slice(first).map((one, at) => {
    const next = attempts[first + at + 1];
    const { error, ...rest } = describeAttempt(one, {
      next,
      now,
      characters: 500,
    });
    // The last error is the evidence; told once.
    return next ? { ...rest, error } : rest;
  });
}

/** The latest events of the last attempt. */
export function eventsOf({ attempts }: ActionDetails) {
  const { events, leftOut } = describeEvents(
    attempts.at(-1)?.clusterEvents ?? [],
    { max: MAX_EVENTS, characters: 400 },
  );
  return { events, events_left_out: leftOut };
}

/** The end of the log with the last traceback, or why there is none. */
export function logOf({ log: { end, noLog }, details }: Cause) {
  const attempt = details.attempts.at(-1)?.attempt ?? null;
  if (noLog) {
    return {
      attempt,
      state: noLog.kind,
      why: quote(noLog.message, 300),
      lines: null,
      traceback: null,
    };
  }
  return end && {
    attempt,
    state: end.isComplete ? "read" : "cut",
    why: null,
    lines: end.lines.length > 0
      ? quote(showLines(end.lines).join("\n"), 2500)
      : null,
    traceback: end.traceback && quote(end.traceback.lines.join("\n"), 5000),
  };
}

/** What may be left out, that first, with the tool that has it. */
const DISPENSABLE = [
  ["inputs", "get_run_io"],
  ["events", "get_action"],
  ["attempts", "get_action"],
  ["also_failed", "list_actions"],
  ["log", "get_logs"],
] as const;

/**
 * A diagnosis without the parts that would make it too big, or, where it is to
 * be concise, without all of them; it names what has them.
 */
export function withoutParts(
  data: Data,
  { format, maxBytes }: { format: ResponseFormat; maxBytes: number },
): Data {
  let shown = data;
  const leftOut: string[] = [];
  for (const [name, tool] of DISPENSABLE) {
    const isSmall = shownBytes(shown) <= maxBytes;
    if (format === "detailed" && (isSmall || name === "log")) break;
    leftOut.push(`${name}: ${tool}`);
    shown = { ...shown, [name]: null, left_out: [...leftOut] };
  }
  return shown;
}
