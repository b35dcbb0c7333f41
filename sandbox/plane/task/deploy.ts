import { clone, create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type TaskSpec,
  TaskSpecSchema,
  type TaskTrigger,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { DeployTaskRequest } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerSpecSchema } from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { requireProject } from "../project/project_service.ts";
import type { Store } from "../store.ts";
import {
  checkSchedule,
  deleteTrigger,
  saveTrigger,
  type TriggerDeployment,
} from "../trigger/changes.ts";
import { type TaskKey, taskRowKey } from "./tasks.ts";
import { refreshTriggerSummary } from "./trigger_summary.ts";

const MAX_SHORT = 255;
const MAX_LONG = 2048;

/** Writes a version of a task, over the old one if it exists, with its triggers. */
export function deployTask(store: Store, request: DeployTaskRequest): void {
  const { project = "", domain = "", name = "", version = "" } =
    request.taskId ?? {};
  const key = { project, domain, name, version };
  requireProject(store, project);
  const spec = truncated(request.spec ?? create(TaskSpecSchema));
  const triggers = request.triggers.map((one) => triggerOf(key, one));
  saveTask(store, key, spec);
  // An empty list says nothing of the triggers that are there.
  if (triggers.length === 0) return;
  const kept = new Set(triggers.map((one) => one.name));
  const old = store.triggers.live().filter((row) =>
    row.project === project && row.domain === domain && row.taskName === name
  );
  for (const row of old.toArray()) {
    if (!kept.has(row.name)) deleteTrigger(store, row);
  }
  const saved = triggers.map((one) => saveTrigger(store, one, 0n));
  if (saved[0]) refreshTriggerSummary(store, saved[0]);
}

function saveTask(
  { tasks, reading }: Store,
  key: TaskKey,
  spec: TaskSpec,
): void {
  const id = taskRowKey(key);
  const old = tasks.get(id);
  const updatedAt = reading();
  const environment = spec.environment?.name ?? "";
  tasks.set(id, {
    triggerName: null,
    totalTriggers: 0,
    activeTriggers: 0,
    triggerAutomation: undefined,
    createdAt: updatedAt,
    ...old,
    ...key,
    environment,
    functionName: functionName(key.name, environment),
    envDescription: spec.environment?.description || null,
    shortDescription: spec.documentation?.shortDescription || null,
    spec,
    updatedAt,
  });
}

/** The name of a task's function: what is left without its environment. */
export function functionName(taskName: string, environment: string): string {
  const prefix = `${environment}.`;
  if (environment !== "" && taskName.startsWith(prefix)) {
    return taskName.slice(prefix.length);
  }
  return taskName.slice(taskName.lastIndexOf(".") + 1);
}

/** Descriptions that are too long are cut without a word. */
function truncated(given: TaskSpec): TaskSpec {
  const spec = clone(TaskSpecSchema, given);
  const { environment, documentation } = spec;
  if (environment) {
    environment.description = environment.description.slice(0, MAX_SHORT);
  }
  if (documentation) {
    const { shortDescription, longDescription } = documentation;
    documentation.shortDescription = shortDescription.slice(0, MAX_SHORT);
    documentation.longDescription = longDescription.slice(0, MAX_LONG);
  }
  return spec;
}

function triggerOf(
  { project, domain, name: taskName, version }: TaskKey,
  { name, spec, automationSpec }: TaskTrigger,
): TriggerDeployment {
  try {
    checkSchedule(name, automationSpec);
  } catch (error) {
    // The task service prefixes the error with its own code.
    const { rawMessage } = ConnectError.from(error, Code.InvalidArgument);
    throw invalidArgument(`invalid_argument: ${rawMessage}`);
  }
  const triggerSpec = create(TriggerSpecSchema, {
    active: spec?.active ?? false,
    taskVersion: version,
    description: (spec?.description ?? "").slice(0, MAX_SHORT),
    runSpec: spec?.runSpec,
    inputWrapper: spec?.inputWrapper ?? { case: undefined },
  });
  return { project, domain, taskName, name, spec: triggerSpec, automationSpec };
}
