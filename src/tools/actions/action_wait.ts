import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  ActionDetails,
  ClusterEvent,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "../../client/phases.ts";
import { humanDuration, isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";

/** Queued for longer than this without an event, an action may be lost. */
const LOST_AFTER_MS = 60_000;

/** What an action waits for that does not move. */
export type WaitKind =
  | "not_enqueued"
  | "queued"
  | "unschedulable"
  | "preempted"
  | "quota"
  | "image_pull"
  | "container_config"
  | "cache"
  | "starting";

/** A wait, told from the events of the action's last attempt. */
export interface ActionWait {
  readonly kind: WaitKind;
  readonly action: string;
  /** What that means, in a sentence of ours without its period. */
  readonly what: string;
  /** The event that says so; `null`: there is none. */
  readonly message: string | null;
  readonly since: string | null;
}

/** How a wait is told, and what ends it again. */
interface Reason {
  readonly kind: WaitKind;
  readonly said: RegExp;
  readonly over: RegExp;
}

const ASSIGNED =
  /^(Successfully (assigned|pulled)|Pulling image|Created container|Started container)/;

/**
 * Kubernetes' events come without type and reason, so the words are all there
 * is. Of several that hold, the first one here is told.
 */
const REASONS: readonly Reason[] = [
  { kind: "preempted", said: /^Preempted\b/, over: ASSIGNED },
  {
    kind: "unschedulable",
    said: /^Unschedulable:|nodes are available/,
    over: ASSIGNED,
  },
  { kind: "quota", said: /exceeded quota/, over: ASSIGNED },
  {
    kind: "image_pull",
    said:
      /ErrImage|ImagePullBackOff|InvalidImageName|^Failed to pull image|^Back-off pulling image/,
    over: /^(Successfully pulled|Created container|Started container)/,
  },
  {
    kind: "container_config",
    said:
      /CreateContainer(Config)?Error|RunContainerError|(secret|configmap) "[^"]*" not found/,
    over: /^Started container/,
  },
  {
    kind: "cache",
    said: /^waiting for cache\b/,
    over: /^task submitted to K8s/,
  },
];

const WORDS: Readonly<Record<WaitKind, string>> = {
  not_enqueued: "it may never have been enqueued",
  queued: "it is queued, and no node has been found yet",
  unschedulable: "no node can take its pod",
  preempted: "its pod was preempted and has no node since",
  quota: "the quota of its namespace is used up",
  image_pull: "its image cannot be pulled",
  container_config: "its container cannot be configured",
  cache: "another run computes the same, and its result is waited for",
  starting: "its container is starting",
};

/** Phases of an action whose container does not run yet. */
const BEFORE_RUNNING: readonly ActionPhase[] = [
  ActionPhase.QUEUED,
  ActionPhase.WAITING_FOR_RESOURCES,
  ActionPhase.INITIALIZING,
];

/** A kind of wait, the event that tells it, and since when it is so. */
interface Told {
  readonly kind: WaitKind;
  readonly event: ClusterEvent;
  readonly since: ClusterEvent["occurredAt"];
}

/**
 * What an action waits for: a pod that finds no node leaves it QUEUED, an image
 * that cannot be pulled INITIALIZING.
 *
 * @param now milliseconds since the epoch
 * @returns `null` when it has ended, runs, or waits for a person
 */
export function waitOf(
  { id, status, attempts }: ActionDetails,
  now: number,
): ActionWait | null {
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  if (isTerminal(phase) || phase === ActionPhase.PAUSED) return null;
  const events = attempts.at(-1)?.clusterEvents ?? [];
  const held = reasonIn(events);
  // A preempted pod leaves its action in the phase RUNNING.
  if (!held && !BEFORE_RUNNING.includes(phase)) return null;
  const found = held ?? progressIn(events);
  const started = status?.startTime;
  const age = started ? now - timestampMs(started) : 0;
  const isLost = events.length === 0 && phase === ActionPhase.QUEUED &&
    age >= LOST_AFTER_MS;
  const kind = found?.kind ?? kindWithoutReason(phase, isLost);
  return {
    kind,
    action: nameOf(id?.name ?? ""),
    what: isLost
      ? `queued for ${humanDuration(age)} without an event, ${WORDS[kind]}`
      : WORDS[kind],
    message: found ? quote(found.event.message, 600) : null,
    since: isoTime(found ? found.since : started),
  };
}

function kindWithoutReason(phase: ActionPhase, isLost: boolean): WaitKind {
  if (isLost) return "not_enqueued";
  return phase === ActionPhase.INITIALIZING ? "starting" : "queued";
}

/**
 * The reason that holds: what was said since it was last over. Messages repeat
 * and differ in how much they tell, so the longest one is shown.
 */
function reasonIn(events: readonly ClusterEvent[]): Told | null {
  for (const { kind, said, over } of REASONS) {
    const end = events.findLastIndex(({ message }) => over.test(message));
    const [first, ...later] = events.slice(end + 1)
      .filter(({ message }) => said.test(message));
    if (!first) continue;
    const event = later.reduce(
      (best, one) => one.message.length > best.message.length ? one : best,
      first,
    );
    return { kind, event, since: first.occurredAt };
  }
  return null;
}

/** How far the start of the container has come. */
function progressIn(events: readonly ClusterEvent[]): Told | null {
  const event = events.findLast(({ message }) => ASSIGNED.test(message));
  return event ? { kind: "starting", event, since: event.occurredAt } : null;
}
