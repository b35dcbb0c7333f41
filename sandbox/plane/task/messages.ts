import { create } from "@bufbuild/protobuf";
import {
  type Task,
  type TaskDetails,
  TaskDetailsSchema,
  type TaskMetadata,
  TaskMetadataSchema,
  TaskSchema,
  type TaskTriggersSummary,
  TaskTriggersSummarySchema,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { TriggerAutomationSpecSchema } from "../../../idl/flyteidl2/task/common_pb.ts";
import { toTimestamp } from "../clock.ts";
import type { TaskKey, TaskRow } from "./tasks.ts";

/** A task version with its spec. */
export function taskDetails(row: TaskRow): TaskDetails {
  return create(TaskDetailsSchema, {
    taskId: taskId(row),
    metadata: metadata(row),
    spec: row.spec,
  });
}

/** A task as a list shows it; its latest run is never filled in. */
export function taskItem(row: TaskRow): Task {
  return create(TaskSchema, {
    taskId: taskId(row),
    metadata: metadata(row),
    taskSummary: {},
  });
}

function taskId({ project, domain, name, version }: TaskKey): TaskKey {
  return { project, domain, name, version };
}

function metadata(row: TaskRow): TaskMetadata {
  return create(TaskMetadataSchema, {
    shortName: row.functionName,
    deployedAt: toTimestamp(row.createdAt),
    environmentName: row.environment,
    triggersSummary: triggersSummary(row),
    shortDescription: row.shortDescription ?? "",
  });
}

/** One trigger is shown with its details, more only as numbers. */
function triggersSummary(row: TaskRow): TaskTriggersSummary | undefined {
  const { totalTriggers: total, activeTriggers: active } = row;
  if (total === 0) return undefined;
  if (total > 1) {
    return create(TaskTriggersSummarySchema, {
      summary: { case: "stats", value: { total, active } },
    });
  }
  const value = {
    name: row.triggerName ?? "",
    active: active > 0,
    automationSpec: row.triggerAutomation ??
      create(TriggerAutomationSpecSchema),
  };
  return create(TaskTriggersSummarySchema, {
    summary: { case: "details", value },
  });
}
