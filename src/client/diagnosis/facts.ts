import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type ActionAttempt,
  type ActionDetails,
  ErrorInfo_Kind,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";

/** The end of an attempt's log. */
export interface LogFacts {
  /** The last lines, oldest first. */
  readonly lines: readonly string[];
  /** The last traceback, wherever in the log it stands. */
  readonly traceback: {
    readonly lines: readonly string[];
    /** What was raised, such as `KeyError: 'a'`. */
    readonly exception: string | null;
  } | null;
  /** When its containers were launched, milliseconds since the epoch. */
  readonly launches: readonly number[];
  /** Whether the log ended; `false`: it goes on, or is too long. */
  readonly reachedEnd: boolean;
}

/** Why there is no log. */
export interface NoLog {
  /** `gone`: the pod is; `none`: there never was one; `unread`: not known. */
  readonly kind: "gone" | "none" | "unreachable" | "unread";
  readonly message: string;
}

/** What an action waits for, as its events tell. */
export interface WaitFacts {
  readonly kind: string;
  readonly message: string | null;
}

/** What is known of an action, as far as its trouble shows in it. */
export interface ActionFacts {
  readonly kind: ActionDetails["spec"]["case"];
  readonly phase: ActionPhase;
  /** Of a task the part of its name after the environment; else its own. */
  readonly functionName: string;
  /** The message of its error; empty when there is none. */
  readonly error: string;
  readonly isSystemError: boolean;
  readonly abortReason: string;
  /** What the cluster said of its last attempt. */
  readonly events: readonly string[];
  readonly wait: WaitFacts | null;
  /** When the container of its last attempt was first seen to run. */
  readonly runningSince: number | null;
  /** How long the last attempt has run, in milliseconds. */
  readonly ranMs: number | null;
  /** How long it may run; `null`: as long as it likes. */
  readonly timeoutMs: number | null;
  readonly cacheStatus: CatalogCacheStatus;
  readonly log: LogFacts | null;
  readonly noLog: NoLog | null;
}

/** What stands beside an action's details. */
export interface Beside {
  readonly wait: WaitFacts | null;
  readonly log: LogFacts | null;
  readonly noLog: NoLog | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The facts of an action. */
export function factsOf(
  details: ActionDetails,
  { wait, log, noLog, now }: Beside,
): ActionFacts {
  const { status, attempts, spec } = details;
  const last = attempts.at(-1);
  const error = errorInfoOf(details);
  const runningSince = last ? runningSinceOf(last) : null;
  const until = last?.endTime ? timestampMs(last.endTime) : now;
  return {
    kind: spec.case,
    phase: status?.phase ?? ActionPhase.UNSPECIFIED,
    functionName: functionNameOf(details),
    error: error?.message.replaceAll("\r\n", "\n") ?? "",
    isSystemError: error?.kind === ErrorInfo_Kind.SYSTEM,
    abortReason: details.result.case === "abortInfo"
      ? details.result.value.reason
      : "",
    events: last?.clusterEvents.map(({ message }) => message) ?? [],
    wait,
    runningSince,
    ranMs: runningSince === null ? null : until - runningSince,
    timeoutMs: timeoutOf(details),
    cacheStatus: status?.cacheStatus ?? 0,
    log,
    noLog,
  };
}

/** The server sets the one on top late, and for a timeout never. */
export function errorInfoOf({ result, attempts }: ActionDetails) {
  return result.case === "errorInfo"
    ? result.value
    : attempts.findLast(({ errorInfo }) => errorInfo)?.errorInfo;
}

function runningSinceOf({ phaseTransitions }: ActionAttempt): number | null {
  const start = phaseTransitions
    .find(({ phase }) => phase === ActionPhase.RUNNING)?.startTime;
  return start ? timestampMs(start) : null;
}

function functionNameOf({ metadata, spec }: ActionDetails): string {
  if (spec.case === "condition") return spec.value.name;
  const task = metadata?.spec.case === "task" ? metadata.spec.value : undefined;
  const name = metadata?.funtionName || task?.id?.name || "";
  return name.slice(name.lastIndexOf(".") + 1);
}

function timeoutOf({ spec }: ActionDetails): number | null {
  const timeout = spec.case === "task"
    ? spec.value.taskTemplate?.metadata?.timeout
    : undefined;
  return timeout?.seconds ? Number(timeout.seconds) * 1000 : null;
}
