import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { TaskLog } from "../../../idl/flyteidl2/core/execution_pb.ts";
import type {
  ActionAttempt,
  ClusterEvent,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { humanDuration, isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";
import { cacheOf, describeError } from "./action_facts.ts";

/** Log links shown of an attempt. */
const MAX_LINKS = 5;

/**
 * An attempt for a reader. One that another followed keeps the phase it had,
 * without end and error, for that is all that Flyte knows of it.
 *
 * @param options.next the attempt after it
 * @param options.now milliseconds since the epoch
 * @param options.characters kept of its error
 */
export function describeAttempt(
  attempt: ActionAttempt,
  { next, now, characters }: {
    next: ActionAttempt | undefined;
    now: number;
    characters: number;
  },
) {
  const { phase, startTime, endTime, errorInfo } = attempt;
  // The next one began when this one was over, at the latest.
  const until = endTime ?? next?.startTime;
  return {
    attempt: attempt.attempt,
    phase: phaseName(phase),
    superseded: next !== undefined && !isTerminal(phase),
    started_at: isoTime(startTime),
    ended_at: isoTime(endTime),
    duration: until ? spanOf(startTime, timestampMs(until)) : null,
    phases: phaseTimes(attempt, until ? timestampMs(until) : now),
    error: errorInfo ? describeError(errorInfo, characters) : null,
    cache: cacheOf(attempt.cacheStatus),
    logs_available: attempt.logsAvailable,
    cluster: nameOf(attempt.cluster) || null,
  };
}

function spanOf(start: Timestamp | undefined, end: number): string | null {
  return start ? humanDuration(end - timestampMs(start)) : null;
}

/** How long the attempt was in each phase; the last one goes on until `end`. */
function phaseTimes({ phaseTransitions }: ActionAttempt, end: number) {
  const times = new Map<string, number>();
  for (const { phase, startTime, endTime } of phaseTransitions) {
    if (!startTime || isTerminal(phase)) continue;
    const until = endTime ? timestampMs(endTime) : end;
    const spent = Math.max(0, until - timestampMs(startTime));
    const name = phaseName(phase);
    times.set(name, (times.get(name) ?? 0) + spent);
  }
  return Object.fromEntries(
    [...times].map(([name, spent]) => [name, humanDuration(spent)]),
  );
}

/** An event, or several that say the same. */
export interface DescribedEvent {
  readonly at: string | null;
  readonly message: string;
  readonly count?: number;
  readonly last_at?: string | null;
}

/**
 * The latest events of an attempt in the order in which they first came;
 * messages repeat, so each is told once with its count.
 */
export function describeEvents(
  events: readonly ClusterEvent[],
  { max, characters }: { max: number; characters: number },
): { events: DescribedEvent[]; leftOut: number } {
  const alike = Map.groupBy(events, ({ message }) => message);
  const all = [...alike.entries()].map(([message, its]) => ({
    at: isoTime(its[0]?.occurredAt),
    message: quote(message, characters),
    ...(its.length > 1 && {
      count: its.length,
      last_at: isoTime(its.at(-1)?.occurredAt),
    }),
  }));
  const shown = all.slice(-max);
  return { events: shown, leftOut: all.length - shown.length };
}

/** Where an attempt's logs can be looked at, as the executor wrote it. */
export function describeLinks({ logInfo }: ActionAttempt) {
  return logInfo.slice(0, MAX_LINKS).map(({ name, uri, ready }: TaskLog) => ({
    name: nameOf(name, 80) || null,
    url: linkOf(uri),
    ready,
  }));
}

/** A link if it is one for a browser, else the text, quoted. */
function linkOf(uri: string): string {
  const url = URL.parse(uri);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return url && isWeb ? nameOf(url.href, 1000) : quote(uri, 300);
}
