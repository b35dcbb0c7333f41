import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type Columns,
  integer,
  missing,
  text,
  timestamp,
} from "../list/columns.ts";
import { by, descending, inTurn } from "../list/sorting.ts";
import type { ActionRow } from "./actions.ts";

/** The columns ListRuns and ListActions may filter and sort by. */
export const ACTION_COLUMNS: Columns<ActionRow> = new Map([
  ["project", text((row) => row.run.project)],
  ["domain", text((row) => row.run.domain)],
  ["run_name", text((row) => row.run.name)],
  ["phase", integer((row) => row.phase)],
  ["action_type", integer((row) => row.actionType)],
  ["run_source", text(sourceOf)],
  ["created_by_subject", text(subjectOf)],
  ["trigger_task_name", text((row) => row.triggerTaskName)],
  ["trigger_name", text((row) => row.triggerName)],
  ["trigger_revision", integer((row) => row.triggerRevision)],
  ["trigger_type", missing()],
  ["task_project", text((row) => row.taskProject)],
  ["task_domain", text((row) => row.taskDomain)],
  ["task_name", text((row) => row.taskName)],
  ["task_version", text((row) => row.taskVersion)],
  ["function_name", text((row) => row.functionName)],
  ["created_at", timestamp((row) => row.createdAt)],
  ["updated_at", timestamp((row) => row.updatedAt)],
  ["ended_at", timestamp((row) => row.endedAt)],
  ["duration_ms", integer((row) => row.durationMs)],
]);

const BY_RUN_NAME = by<ActionRow>((row) => row.run.name);
const BY_NAME = by<ActionRow>((row) => row.name);

/** Without sorts: by the number of the phase, then the newest. */
export const DEFAULT_ORDER = inTurn<ActionRow>([
  by((row) => row.phase),
  descending(by((row) => row.createdAt)),
  descending(BY_RUN_NAME),
  descending(BY_NAME),
]);

/** Makes the order of a client's sorts total. */
export const TIE_BREAK = inTurn<ActionRow>([BY_RUN_NAME, BY_NAME]);

/** Oldest first, so that parents come before their children. */
export const SNAPSHOT_ORDER = inTurn<ActionRow>([
  by((row) => row.createdAt),
  BY_NAME,
]);

function subjectOf({ createdBy }: ActionRow): string | null {
  const principal = createdBy?.principal;
  if (principal?.case !== "user") return null;
  return principal.value.id?.subject || null;
}

/** The column holds the enum's name: `RUN_SOURCE_CLI`. */
function sourceOf({ runSource }: ActionRow): string {
  return runSource === null ? "" : `RUN_SOURCE_${RunSource[runSource]}`;
}
