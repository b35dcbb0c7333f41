import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  type ActionMetadata,
  type ActionStatus,
  type ErrorInfo,
  ErrorInfo_Kind,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { enumName } from "../../client/enum_name.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { durationBetween, humanDuration, isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";

/** Name and version of the task that an action runs. */
export function taskOf(metadata: ActionMetadata | undefined) {
  const spec = metadata?.spec;
  const task = spec?.case === "task" ? spec.value : undefined;
  return {
    task: nameOf(task?.id?.name || metadata?.funtionName || "") || null,
    version: nameOf(task?.id?.version ?? "") || null,
  };
}

/** What an action is; `null` when Flyte does not say. */
export function kindOf(metadata: ActionMetadata | undefined): string | null {
  return metadata?.spec.case ?? null;
}

/** Phase and times; a retried action may run on with an end of its first try. */
export function timesOf(status: ActionStatus | undefined) {
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  const ended = isTerminal(phase);
  return {
    phase: phaseName(phase),
    started_at: isoTime(status?.startTime),
    ended_at: ended ? isoTime(status?.endTime) : null,
    duration: ended ? durationOf(status) : null,
  };
}

function durationOf(status: ActionStatus | undefined): string | null {
  return status?.durationMs === undefined
    ? durationBetween(status?.startTime, status?.endTime)
    : humanDuration(Number(status.durationMs));
}

/**
 * The error of a failed action. The server sets the top one only when its
 * events have caught up, and for a timeout never, so the attempts are asked as
 * well.
 */
export function errorOf(
  { result, attempts, status }: ActionDetails,
  max?: number,
) {
  const failed = status?.phase === ActionPhase.FAILED ||
    status?.phase === ActionPhase.TIMED_OUT;
  if (!failed) return null;
  const info: ErrorInfo | undefined = result.case === "errorInfo"
    ? result.value
    : attempts.findLast(({ errorInfo }) => errorInfo)?.errorInfo;
  return info ? describeError(info, max) : { kind: null, message: null };
}

/** An error with its text fenced. */
export function describeError(info: ErrorInfo, max = 4000) {
  const kind = info.kind === ErrorInfo_Kind.UNSPECIFIED
    ? null
    : enumName(ErrorInfo_Kind, info.kind);
  return { kind, message: quote(info.message.replaceAll("\r\n", "\n"), max) };
}

/** Why an action was aborted, where somebody said so. */
export function abortReasonOf({ result }: ActionDetails): string | null {
  const reason = result.case === "abortInfo" ? result.value.reason : "";
  return reason ? quote(reason, 1000) : null;
}

/** For example `hit` or `populated`; `null` where nothing is cached. */
export function cacheOf(status: CatalogCacheStatus | undefined): string | null {
  if (!status) return null;
  return enumName(CatalogCacheStatus, status).replace(/^cache_/, "");
}
