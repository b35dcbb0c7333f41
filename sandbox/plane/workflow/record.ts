import type {
  RecordActionRequest,
  UpdateActionStatusRequest,
} from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionEvent,
  ActionType,
  type TaskAction,
  type TraceAction,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Micros, optionalMicros } from "../clock.ts";
import { invalidArgument } from "../list/sql_error.ts";
import type { Store } from "../store.ts";
import {
  type ActionKey,
  type ActionRow,
  ROOT_ACTION,
  type TaskColumns,
} from "./actions.ts";
import { endOf, withStatus } from "./state_changes.ts";

/** Inserts a row and tells who waits for it; a row that is there already stays. */
export function insertAction(store: Store, row: ActionRow): ActionRow {
  const old = store.actions.get(row);
  if (old) return old;
  store.actions.set(row);
  store.notifications.actionChanged(row);
  return row;
}

/**
 * Records a child action.
 *
 * @throws {ConnectError} `invalid_argument` when it is neither task, trace nor condition
 */
export function recordAction(
  store: Store,
  key: ActionKey,
  { parent, group, inputUri, spec }: Pick<
    RecordActionRequest,
    "parent" | "group" | "inputUri" | "spec"
  >,
): void {
  if (spec.case === undefined) {
    throw invalidArgument("unsupported action spec type: <nil>");
  }
  const now = store.reading();
  const row = {
    ...blankAction(key, now),
    parent: parent || null,
    group: group || null,
    inputsUri: inputUri,
  };
  switch (spec.case) {
    case "task":
      insertAction(store, { ...row, ...taskFields(spec.value) });
      break;
    case "trace":
      insertAction(store, { ...row, ...traceFields(spec.value, now) });
      break;
    case "condition": {
      const { name } = spec.value;
      const columns = { taskName: name || null, functionName: name };
      const actionType = ActionType.CONDITION;
      insertAction(store, { ...row, ...columns, actionType, spec });
      break;
    }
  }
}

/** A queued action of which nothing more is known. */
export function blankAction(
  { run, name }: ActionKey,
  createdAt: Micros,
): ActionRow {
  const { project, domain, name: runName } = run;
  return {
    run: { project, domain, name: runName },
    name,
    parent: null,
    group: null,
    actionType: ActionType.UNSPECIFIED,
    spec: { case: undefined },
    runSpec: undefined,
    inputsUri: "",
    outputsUri: "",
    runSource: null,
    createdBy: undefined,
    triggerName: null,
    triggerTaskName: null,
    triggerRevision: null,
    ...NO_TASK,
    phase: ActionPhase.QUEUED,
    attempts: 1,
    cacheStatus: 0,
    createdAt,
    updatedAt: createdAt,
    endedAt: null,
    durationMs: null,
    abortReason: null,
    output: undefined,
    principal: undefined,
  };
}

const NO_TASK: TaskColumns = {
  taskProject: null,
  taskDomain: null,
  taskName: null,
  taskVersion: null,
  taskType: "",
  taskShortName: null,
  functionName: "",
  environmentName: null,
};

/** The columns and the spec of a task action. */
export function taskFields({ id, spec }: TaskAction) {
  const columns: TaskColumns = {
    taskProject: id?.project || null,
    taskDomain: id?.domain || null,
    taskName: id?.name || null,
    taskVersion: id?.version || null,
    taskType: spec?.taskTemplate?.type ?? "",
    taskShortName: spec?.shortName || id?.name || null,
    // The whole name of the task, although the column says function.
    functionName: id?.name ?? "",
    environmentName: spec?.environment?.name || null,
  };
  const given: ActionRow["spec"] = spec
    ? { case: "task", value: spec }
    : { case: undefined };
  return { ...columns, actionType: ActionType.TASK, spec: given };
}

/** A trace is over when it is recorded, and as old as it says. */
function traceFields(trace: TraceAction, now: Micros) {
  const { name, spec } = trace;
  const createdAt = optionalMicros(trace.startTime) ?? now;
  const end = optionalMicros(trace.endTime);
  const given: ActionRow["spec"] = spec
    ? { case: "trace", value: spec }
    : { case: undefined };
  const ended = endOf({ createdAt, endedAt: null, durationMs: null }, end);
  return {
    taskName: name || null,
    functionName: name,
    actionType: ActionType.TRACE,
    spec: given,
    phase: ActionPhase.SUCCEEDED,
    createdAt,
    ...ended,
    // The column keeps the end as it was given; only the duration is bounded.
    endedAt: end,
    outputsUri: trace.outputs?.outputUri ?? "",
  };
}

/** Writes a new status, if the phase may move there. Nobody hears of it otherwise. */
export function updateStatus(
  store: Store,
  key: ActionKey,
  { status, output, principal }: UpdateActionStatusRequest,
): void {
  const { actions, notifications } = store;
  const old = actions.get(key);
  if (old && (output || principal)) {
    const answered = { output: output ?? old.output };
    actions.set({ ...old, ...answered, principal: principal ?? old.principal });
    notifications.actionChanged(key);
  }
  const present = actions.get(key);
  const next = present && status &&
    withStatus(present, status, store.reading());
  if (next) {
    actions.set(next);
    notifications.actionChanged(key);
  }
  // Watchers of runs are told of every report on a root, taken or not.
  if (key.name === ROOT_ACTION) notifications.runChanged(key.run);
}

/** Writes events. They do not move the phase of their action. */
export function recordEvents(
  store: Store,
  events: readonly (readonly [ActionKey, ActionEvent])[],
): void {
  const insertedAt = store.reading();
  for (const [key, event] of events) {
    store.events.insert(key, { event, insertedAt });
  }
  for (const [key] of events) store.notifications.actionChanged(key);
}
