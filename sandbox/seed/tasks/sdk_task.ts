import { create } from "@bufbuild/protobuf";
import { createHash } from "node:crypto";
import {
  Resources_ResourceName,
  RuntimeMetadata_RuntimeType,
} from "../../../idl/flyteidl2/core/tasks_pb.ts";
import { Secret_MountType } from "../../../idl/flyteidl2/core/security_pb.ts";
import {
  type NamedParameter,
  NamedParameterSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { ResourceType } from "../../../idl/flyteidl2/core/identifier_pb.ts";
import type { LiteralType } from "../../../idl/flyteidl2/core/types_pb.ts";
import {
  type TaskSpec,
  TaskSpecSchema,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { TaskKey } from "../../plane/task/tasks.ts";
import type { Values } from "../values.ts";

type Types = Readonly<Record<string, LiteralType>>;

/** A task as its author wrote it. */
export interface SdkTask {
  /** Its name is the environment's and the function's: `training.train_model`. */
  readonly id: TaskKey;
  readonly image: string;
  readonly inputs: Types;
  readonly outputs: Types;
  readonly defaults?: Values;
  readonly cpu?: string;
  readonly memory?: string;
  readonly gpu?: string;
  readonly retries?: number;
  readonly timeoutSeconds?: number;
  readonly cached?: boolean;
  /** Whether of two runs with the same inputs one waits for the other. */
  readonly serializable?: boolean;
  /** The first line of its docstring. */
  readonly description?: string;
  /** The rest of it. */
  readonly longDescription?: string;
  readonly environmentDescription?: string;
  /** The environment variable that a secret is mounted as, by its key. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** What was deployed, where it was not made from all this. */
  readonly spec?: TaskSpec;
}

/** The spec that the Python SDK deploys for a task. */
export function specOf(task: SdkTask): TaskSpec {
  if (task.spec) return task.spec;
  const { id, secrets, description = "", longDescription = "" } = task;
  return create(TaskSpecSchema, {
    taskTemplate: {
      id: { resourceType: ResourceType.TASK, ...id },
      type: "python",
      metadata: metadataOf(task),
      interface: {
        inputs: variablesOf(task.inputs),
        outputs: variablesOf(task.outputs),
      },
      target: { case: "container", value: containerOf(task) },
      ...secrets && { securityContext: { secrets: secretsOf(secrets) } },
    },
    defaultInputs: defaultsOf(task),
    shortName: functionOf(task),
    environment: {
      name: environmentOf(task),
      description: task.environmentDescription ?? "",
    },
    documentation: { shortDescription: description, longDescription },
  });
}

/** The Python function: `train_model`. */
export function functionOf({ id }: SdkTask): string {
  return id.name.slice(id.name.indexOf(".") + 1);
}

/** The task environment, and the module it is defined in: `training`. */
export function environmentOf({ id }: SdkTask): string {
  return id.name.slice(0, id.name.indexOf("."));
}

/**
 * The arguments of the container, with the placeholders that Flyte fills in
 * when it launches a pod.
 */
export function argumentsOf(task: SdkTask): string[] {
  const target = task.spec?.taskTemplate?.target;
  if (target?.case === "container") return target.value.args;
  return [
    ...["a0", "--inputs", "{{.input}}"],
    ...["--outputs-path", "{{.outputPrefix}}"],
    ...["--version", task.id.version],
    ...["--raw-data-path", "{{.rawOutputDataPrefix}}"],
    ...["--checkpoint-path", "{{.checkpointOutputPrefix}}"],
    ...["--prev-checkpoint", "{{.prevCheckpointPrefix}}"],
    ...["--run-name", "{{.runName}}", "--name", "{{.actionName}}"],
    ...["--run-start-time", "{{.runStartTime}}"],
    ...["--resolver", "flyte._internal.resolvers.default.DefaultTaskResolver"],
    ...["mod", environmentOf(task), "instance", functionOf(task)],
  ];
}

function metadataOf(task: SdkTask) {
  const { id, cached = false, retries = 0, timeoutSeconds } = task;
  return {
    discoverable: cached,
    cacheSerializable: task.serializable ?? false,
    runtime: {
      type: RuntimeMetadata_RuntimeType.FLYTE_SDK,
      version: "2.12.1",
      flavor: "python",
    },
    ...timeoutSeconds && { timeout: { seconds: BigInt(timeoutSeconds) } },
    retries: { retries },
    // A hash of the function's source.
    discoveryVersion: createHash("sha256").update(`${id.name} ${id.version}`)
      .digest("hex"),
    interruptibleValue: { case: "interruptible", value: false },
    generatesDeck: false,
    debuggable: true,
  } as const;
}

function containerOf(task: SdkTask) {
  const { cpu = "1", memory = "512Mi", gpu, env = {} } = task;
  const requests = [
    { name: Resources_ResourceName.CPU, value: cpu },
    { name: Resources_ResourceName.MEMORY, value: memory },
    ...gpu ? [{ name: Resources_ResourceName.GPU, value: gpu }] : [],
  ];
  return {
    image: task.image,
    args: argumentsOf(task),
    resources: { requests },
    env: [
      { key: "_F_SYS_PATH", value: "./.:./." },
      ...Object.entries(env).map(([key, value]) => ({ key, value })),
    ],
  };
}

function secretsOf(secrets: Readonly<Record<string, string>>) {
  const mountRequirement = Secret_MountType.ENV_VAR;
  return Object.entries(secrets)
    .map(([key, envVar]) => ({ key, envVar, mountRequirement }));
}

function defaultsOf({ inputs, defaults = {} }: SdkTask): NamedParameter[] {
  return Object.entries(defaults).map(([name, value]) =>
    create(NamedParameterSchema, {
      name,
      parameter: {
        ...inputs[name] && { var: { type: inputs[name] } },
        behavior: { case: "default", value },
      },
    })
  );
}

function variablesOf(types: Types) {
  // Flyte knows variables by name alone; the SDK writes them in that order.
  const variables = Object.entries(types)
    .toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([key, type]) => ({ key, value: { type } }));
  return { variables };
}
