import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  Action,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "../phases.ts";
import { errorInfoOf } from "./facts.ts";

/** The actions of a run, by name. */
export type Actions = ReadonlyMap<string, Action>;

const FAILED: readonly ActionPhase[] = [
  ActionPhase.FAILED,
  ActionPhase.TIMED_OUT,
  ActionPhase.ABORTED,
];

/** Whether an action ended badly. */
export function hasFailed(phase: ActionPhase | undefined): boolean {
  return phase !== undefined && FAILED.includes(phase);
}

/** The children of an action that ended badly, the first to end first. */
export function failedChildren(actions: Actions, parent: string): Action[] {
  return [...actions.values()]
    .filter(({ metadata, status }) =>
      metadata?.parent === parent && hasFailed(status?.phase)
    )
    .sort((a, b) => endOf(a) - endOf(b));
}

function endOf({ status }: Action): number {
  const time = status?.endTime ?? status?.startTime;
  return time ? timestampMs(time) : Infinity;
}

/**
 * The child that an action failed with. A parent carries its child's text, or
 * names the child; where it does neither it failed by itself, and dealt with
 * whatever failed below it. Only of an error without a text is the first
 * failure below taken.
 *
 * @param children those that ended badly, the first to end first
 */
export function blamedChild(
  parent: ActionDetails,
  children: readonly ActionDetails[],
): ActionDetails | null {
  // An abort comes from above: what is below it ended because of it.
  if (parent.status?.phase === ActionPhase.ABORTED) return null;
  const error = messageOf(parent);
  const failed = children.filter(({ status }) =>
    status?.phase !== ActionPhase.ABORTED
  );
  if (error === "") return failed[0] ?? null;
  return children.find((child) => isNamed(child, error)) ??
    failed.find((child) => isCarried(messageOf(child), error)) ?? null;
}

function isNamed({ id, spec }: ActionDetails, error: string): boolean {
  return error.startsWith(`Action ${id?.name} was aborted`) ||
    spec.case === "condition" &&
      error.startsWith(`Condition '${spec.value.name}' `);
}

function isCarried(message: string, error: string): boolean {
  return message !== "" && (error === message || error.includes(message));
}

function messageOf(details: ActionDetails): string {
  return errorInfoOf(details)?.message ?? "";
}

/** How much a phase asks to be looked at; others come last. */
const URGENCY: readonly ActionPhase[] = [
  ActionPhase.PAUSED,
  ActionPhase.QUEUED,
  ActionPhase.WAITING_FOR_RESOURCES,
  ActionPhase.INITIALIZING,
  ActionPhase.RUNNING,
];

/**
 * The actions that a run which goes on hangs on: those that have not ended and
 * have nothing below them that has not. Questions to people first, then what
 * has not begun, then the oldest.
 */
export function activeLeaves(actions: Actions): Action[] {
  const active = [...actions.values()]
    .filter(({ status }) => status && !isTerminal(status.phase));
  const parents = new Set(active.map(({ metadata }) => metadata?.parent));
  return active
    .filter(({ id }) => !parents.has(id?.name))
    .sort((a, b) => rankOf(a) - rankOf(b) || startOf(a) - startOf(b));
}

function rankOf({ status }: Action): number {
  const rank = URGENCY.indexOf(status?.phase ?? ActionPhase.UNSPECIFIED);
  return rank < 0 ? URGENCY.length : rank;
}

function startOf({ status }: Action): number {
  return status?.startTime ? timestampMs(status.startTime) : Infinity;
}
