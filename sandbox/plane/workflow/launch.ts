import { Code, ConnectError } from "@connectrpc/connect";
import type { RunSpec } from "../../../idl/flyteidl2/task/run_pb.ts";
import type { TaskSpec } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { CreateRunRequest } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Store } from "../store.ts";
import { requireTask } from "../task/task_service.ts";
import type { TaskKey } from "../task/tasks.ts";
import { requireTrigger } from "../trigger/trigger_service.ts";
import type { TriggerKey } from "../trigger/triggers.ts";
import type { Origin } from "./actions.ts";

/** What a run executes, and with what. */
export interface Launch {
  readonly taskId: TaskKey | undefined;
  readonly spec: TaskSpec | undefined;
  readonly inputs: CreateRunRequest["inputWrapper"];
  /** The run spec that a trigger remembers, for a request without one. */
  readonly runSpec: RunSpec | undefined;
  readonly origin: Pick<
    Origin,
    "triggerName" | "triggerTaskName" | "triggerRevision"
  >;
}

const NO_TRIGGER = {
  triggerName: null,
  triggerTaskName: null,
  triggerRevision: null,
};

/**
 * What a request asks to run: a deployed task, a spec of its own or a trigger.
 *
 * @throws {ConnectError} `unknown` for a task and `not_found` for a trigger that is missing
 */
export function resolveLaunch(store: Store, request: CreateRunRequest): Launch {
  const { task, inputWrapper: inputs } = request;
  const plain = { inputs, runSpec: undefined, origin: NO_TRIGGER };
  switch (task.case) {
    case "taskId": {
      const { spec } = requireTask(store, task.value, Code.Unknown);
      return { ...plain, taskId: task.value, spec };
    }
    case "taskSpec":
      return { ...plain, taskId: ownId(task.value), spec: task.value };
    case "triggerName":
      return byTrigger(store, task.value, inputs);
    case undefined:
      return { ...plain, taskId: undefined, spec: undefined };
  }
}

function byTrigger(
  store: Store,
  key: TriggerKey,
  inputs: CreateRunRequest["inputWrapper"],
): Launch {
  const trigger = findTrigger(store, key);
  const { project, domain, taskName, taskVersion } = trigger;
  const taskId = { project, domain, name: taskName, version: taskVersion };
  const { spec } = requireTask(store, taskId, Code.Unknown);
  const { inputWrapper: own, runSpec } = trigger.spec;
  const offloaded = inputs.case === undefined &&
    own.case === "offloadedInputData";
  return {
    taskId,
    spec,
    // Inputs that the trigger holds inline are left out: only offloaded ones count.
    inputs: offloaded ? own : inputs,
    runSpec,
    origin: {
      triggerName: key.name,
      triggerTaskName: taskName,
      triggerRevision: trigger.revision,
    },
  };
}

function findTrigger(store: Store, key: TriggerKey) {
  try {
    return requireTrigger(store, key);
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw new ConnectError(
      `trigger "${key.name}" not found: ${rawMessage}`,
      Code.NotFound,
    );
  }
}

/** A spec given inline names its task itself. */
function ownId({ taskTemplate }: TaskSpec): TaskKey {
  const { project = "", domain = "", name = "", version = "" } =
    taskTemplate?.id ?? {};
  return { project, domain, name, version };
}
