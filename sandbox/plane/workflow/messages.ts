import { create } from "@bufbuild/protobuf";
import {
  type Action,
  type ActionMetadata,
  ActionMetadataSchema,
  ActionSchema,
  type ActionStatus,
  ActionStatusSchema,
  ActionType,
  ConditionActionMetadataSchema,
  type Run,
  RunSchema,
  RunSource,
  TaskActionMetadataSchema,
  TraceActionMetadataSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type TriggerIdentifier,
  TriggerIdentifierSchema,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { toTimestamp } from "../clock.ts";
import { functionName } from "../task/deploy.ts";
import type { TaskKey } from "../task/tasks.ts";
import type { ActionRow } from "./actions.ts";

/** A run as lists show it. */
export function runMessage(row: ActionRow): Run {
  const action = create(ActionSchema, {
    id: { run: { ...row.run }, name: row.name },
    metadata: actionMetadata(row),
    status: actionStatus(row),
  });
  return create(RunSchema, { action });
}

/** An action as ListActions shows it: of its metadata only parent and group. */
export function bareAction(row: ActionRow): Action {
  return create(ActionSchema, {
    id: { run: { ...row.run }, name: row.name },
    metadata: { parent: row.parent ?? "", group: row.group ?? "" },
    status: actionStatus(row, { zeroDuration: false }),
  });
}

/**
 * The status of an action.
 *
 * @param options.zeroDuration whether a duration of 0 ms is told; the services disagree
 */
export function actionStatus(
  row: ActionRow,
  { zeroDuration = true }: { zeroDuration?: boolean } = {},
): ActionStatus {
  const { phase, attempts, cacheStatus, createdAt, endedAt, durationMs } = row;
  const told = durationMs !== null && (durationMs > 0 || zeroDuration);
  return create(ActionStatusSchema, {
    phase,
    startTime: toTimestamp(createdAt),
    endTime: endedAt === null ? undefined : toTimestamp(endedAt),
    attempts,
    cacheStatus,
    durationMs: told ? BigInt(durationMs) : undefined,
  });
}

/** All metadata of an action. */
export function actionMetadata(row: ActionRow): ActionMetadata {
  return create(ActionMetadataSchema, {
    ...commonMetadata(row),
    executedBy: row.createdBy,
    actionType: row.actionType,
    environmentName: row.environmentName ?? "",
    spec: kindOf(row, {
      id: row.taskName === null ? undefined : taskIdOf(row),
      shortName: row.taskShortName ?? "",
    }),
  });
}

/** The metadata WatchActions sends: without the action's type and who started it. */
export function enrichedMetadata(row: ActionRow): ActionMetadata {
  const isTask = row.actionType === ActionType.TASK;
  const shortName = row.taskShortName ?? functionName(row.taskName ?? "", "");
  return create(ActionMetadataSchema, {
    ...commonMetadata(row),
    environmentName: isTask ? row.environmentName ?? "" : "",
    spec: kindOf(row, { id: taskIdOf(row), shortName }),
  });
}

function commonMetadata(row: ActionRow) {
  return {
    parent: row.parent ?? "",
    group: row.group ?? "",
    funtionName: row.functionName,
    source: row.runSource ?? RunSource.UNSPECIFIED,
    triggerName: row.triggerName ?? "",
    triggerId: triggerId(row),
  };
}

function triggerId(row: ActionRow): TriggerIdentifier | undefined {
  if (row.triggerName === null) return undefined;
  const { project, domain } = row.run;
  const taskName = row.triggerTaskName ?? "";
  return create(TriggerIdentifierSchema, {
    name: { project, domain, taskName, name: row.triggerName },
    revision: BigInt(row.triggerRevision ?? 0),
  });
}

/** What an action's metadata say of its kind. */
function kindOf(
  row: ActionRow,
  { id, shortName }: { id: TaskKey | undefined; shortName: string },
): ActionMetadata["spec"] {
  const { functionName: name, taskType } = row;
  switch (row.actionType) {
    case ActionType.TASK: {
      const init = { id, taskType, shortName };
      return { case: "task", value: create(TaskActionMetadataSchema, init) };
    }
    case ActionType.TRACE:
      return {
        case: "trace",
        value: create(TraceActionMetadataSchema, { name }),
      };
    case ActionType.CONDITION: {
      const { spec } = row;
      const type = spec.case === "condition" ? spec.value.type : undefined;
      const value = create(ConditionActionMetadataSchema, { name, type });
      return { case: "condition", value };
    }
    case ActionType.UNSPECIFIED:
      return { case: undefined };
  }
}

function taskIdOf(row: ActionRow): TaskKey {
  return {
    project: row.taskProject ?? "",
    domain: row.taskDomain ?? "",
    name: row.taskName ?? "",
    version: row.taskVersion ?? "",
  };
}
