import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { TaskTemplate } from "../../../idl/flyteidl2/core/tasks_pb.ts";
import type { UploadInputsRequest } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  type Inputs,
  InputsSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { requireProject } from "../project/project_service.ts";
import type { Store } from "../store.ts";
import { requireTask } from "../task/task_service.ts";
import type { TaskKey } from "../task/tasks.ts";
import { requireTrigger } from "../trigger/trigger_service.ts";
import { hashInputs } from "./inputs_hash.ts";

/** Stores inputs under their hash, for a CreateRun to point at. */
export function uploadInputs(store: Store, request: UploadInputsRequest) {
  const scope = scopeOf(request);
  requireProject(store, scope.project);
  const template = templateOf(store, request);
  const inputs = request.inputs ?? create(InputsSchema);
  const inputsHash = hashInputs(withoutIgnored(inputs, template));
  const { org, project, domain } = scope;
  const base = request.baseDir.replace(/\/+$/, "") ||
    `${store.objects.container}/uploads`;
  const uri = [base, org, project, domain, "offloaded-inputs", inputsHash]
    .filter((part) => part !== "").join("/");
  store.objects.put(`${uri}/inputs.pb`, toBinary(InputsSchema, inputs));
  return { offloadedInputData: { uri, inputsHash } };
}

function scopeOf({ id }: UploadInputsRequest) {
  switch (id.case) {
    case "runId":
      return id.value;
    case "projectId": {
      const { organization: org, name: project, domain } = id.value;
      return { org, project, domain };
    }
    case undefined:
      throw invalidArgument("id is required");
  }
}

/** What a task leaves out of its cache key, it leaves out of the hash. */
function withoutIgnored(
  inputs: Inputs,
  template: TaskTemplate | undefined,
): Inputs {
  const ignored = new Set(template?.metadata?.cacheIgnoreInputVars);
  if (ignored.size === 0) return inputs;
  const literals = inputs.literals.filter(({ name }) => !ignored.has(name));
  return create(InputsSchema, { literals });
}

function templateOf(
  store: Store,
  { task }: UploadInputsRequest,
): TaskTemplate | undefined {
  switch (task.case) {
    case "taskSpec":
      return task.value.taskTemplate;
    case "taskId":
      return find("task", () => taskTemplate(store, task.value));
    case "triggerName": {
      const trigger = find("trigger", () => requireTrigger(store, task.value));
      const { project, domain, taskName: name, taskVersion: version } = trigger;
      const key = { project, domain, name, version };
      return find("task for trigger", () => taskTemplate(store, key));
    }
    case undefined:
      throw invalidArgument("task is required");
  }
}

function taskTemplate(store: Store, key: TaskKey): TaskTemplate | undefined {
  return requireTask(store, key, Code.NotFound).spec.taskTemplate;
}

/** The data proxy asks other services and wraps what they answer. */
export function find<T>(what: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw new ConnectError(
      `failed to get ${what}: not_found: ${rawMessage}`,
      Code.NotFound,
    );
  }
}
