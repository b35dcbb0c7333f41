import type { TriggerAutomationSpec } from "../../../idl/flyteidl2/task/common_pb.ts";
import type { TaskSpec } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { type Columns, integer, text, timestamp } from "../list/columns.ts";
import { rowKey } from "../row_key.ts";

/** What a version of a task is named by. */
export interface TaskKey {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
  readonly version: string;
}

/** The triggers of a task version, as they stood when it was last looked. */
export interface TriggerSummary {
  readonly triggerName: string | null;
  readonly totalTriggers: number;
  readonly activeTriggers: number;
  readonly triggerAutomation: TriggerAutomationSpec | undefined;
}

/** One version of a task. */
export interface TaskRow extends TaskKey, TriggerSummary {
  readonly environment: string;
  readonly functionName: string;
  readonly envDescription: string | null;
  readonly shortDescription: string | null;
  readonly spec: TaskSpec;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
}

/** All versions of all tasks. */
export type Tasks = Map<string, TaskRow>;

/** The key of a task's row. */
export function taskRowKey(
  { project, domain, name, version }: TaskKey,
): string {
  return rowKey(project, domain, name, version);
}

/** The columns ListTasks may filter and sort by. */
export const TASK_COLUMNS: Columns<TaskRow> = new Map([
  ["project", text((row) => row.project)],
  ["domain", text((row) => row.domain)],
  ["name", text((row) => row.name)],
  ["version", text((row) => row.version)],
  ["environment", text((row) => row.environment)],
  ["function_name", text((row) => row.functionName)],
  // Nobody ever writes who deployed a task.
  ["deployed_by", text(() => "")],
  ["created_at", timestamp((row) => row.createdAt)],
  ["updated_at", timestamp((row) => row.updatedAt)],
  ["trigger_name", text((row) => row.triggerName)],
  ["total_triggers", integer((row) => row.totalTriggers)],
  ["active_triggers", integer((row) => row.activeTriggers)],
  ["env_description", text((row) => row.envDescription)],
  ["short_description", text((row) => row.shortDescription)],
]);

/** The columns ListVersions may filter and sort by. */
export const VERSION_COLUMNS: Columns<TaskRow> = new Map([
  ["version", text((row) => row.version)],
  ["created_at", timestamp((row) => row.createdAt)],
]);
