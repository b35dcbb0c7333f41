import { clone, create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type Inputs,
  InputsSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import {
  type RunSpec,
  RunSpecSchema,
} from "../../../idl/flyteidl2/task/run_pb.ts";
import type { TaskSpec } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { CreateRunRequest } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { TaskActionSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Caller, identityOf } from "../auth/caller.ts";
import { toTimestamp } from "../clock.ts";
import type { Kubernetes } from "../kubernetes/kubernetes.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { requireProject } from "../project/project_service.ts";
import type { Store } from "../store.ts";
import { type ActionRow, ROOT_ACTION, type RunKey } from "./actions.ts";
import { blankAction, insertAction, taskFields } from "./record.ts";
import { checkRunName, generateRunName } from "./run_names.ts";
import { type Launch, resolveLaunch } from "./launch.ts";

/** What a run is created for and behind. */
export interface CreateRunContext {
  readonly caller: Caller | undefined;
  readonly kubernetes: Kubernetes | undefined;
}

/**
 * Creates a run. A name that exists gives back the run of that name, with its
 * inputs overwritten all the same. Neither inputs nor domain are checked.
 */
export function createRun(
  store: Store,
  request: CreateRunRequest,
  { caller, kubernetes }: CreateRunContext,
): ActionRow {
  const run = runKeyOf(store, request);
  requireProject(store, run.project);
  const launch = resolveLaunch(store, request);
  const runSpec = completeRunSpec(store, request, launch);
  const { storagePrefix } = store.objects;
  const base = runSpec.runBaseDir || storagePrefix;
  const inputUri = writeInputs(store, launch, {
    prefix: `${
      base.replace(/\/+$/, "")
    }/${run.project}/${run.domain}/${run.name}/inputs`,
  });
  const { spec } = launch;
  if (!spec) {
    throw new ConnectError(
      "failed to create task spec model: Marshal called with nil",
      Code.Internal,
    );
  }
  const id = { run, name: ROOT_ACTION };
  const created = insertRun(store, {
    ...blankAction(id, store.reading()),
    ...taskFields(create(TaskActionSchema, { id: launch.taskId, spec })),
    taskShortName: spec.shortName || null,
    ...launch.origin,
    runSource: request.source,
    createdBy: caller && identityOf(caller),
    inputsUri: `${inputUri}/inputs.pb`,
    runSpec,
  });
  kubernetes?.enqueue({ id, spec, runSpec, inputUri });
  return created;
}

function insertRun(store: Store, row: ActionRow): ActionRow {
  const created = insertAction(store, row);
  const { triggerName: name, triggerTaskName: taskName, run } = row;
  if (created === row && name !== null && taskName !== null) {
    const { project, domain } = run;
    const key = { project, domain, taskName, name };
    store.triggers.markTriggered(key, store.reading());
  }
  return created;
}

function runKeyOf({ reading }: Store, { id }: CreateRunRequest): RunKey {
  switch (id.case) {
    case "runId": {
      const { project, domain, name } = id.value;
      checkRunName(name);
      return { project, domain, name };
    }
    case "projectId": {
      const { name: project, domain } = id.value;
      return { project, domain, name: generateRunName(reading()) };
    }
    case undefined:
      throw invalidArgument("invalid run ID type");
  }
}

function completeRunSpec(
  { reading, objects }: Store,
  { runSpec, runStartTime }: CreateRunRequest,
  launch: Launch,
): RunSpec {
  const given = runSpec ?? launch.runSpec;
  const spec = given ? clone(RunSpecSchema, given) : create(RunSpecSchema);
  if (understandsStartTime(launch.spec)) {
    spec.runStartTime ??= runStartTime ?? toTimestamp(reading());
  }
  if (!spec.rawDataStorage?.rawDataPrefix) {
    const { rawDataStorage } = create(RunSpecSchema, {
      rawDataStorage: { rawDataPrefix: objects.storagePrefix },
    });
    if (rawDataStorage) spec.rawDataStorage = rawDataStorage;
  }
  return spec;
}

/** SDKs before 2.3.6 know no start time and get none. */
function understandsStartTime(spec: TaskSpec | undefined): boolean {
  const version = spec?.taskTemplate?.metadata?.runtime?.version ?? "";
  const match = /v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map(Number);
  return major * 1e6 + minor * 1e3 + patch >= 2_003_006;
}

/** Stores inline inputs; offloaded ones lie where they are. */
function writeInputs(
  { objects }: Store,
  { inputs, spec }: Launch,
  { prefix }: { prefix: string },
): string {
  if (inputs.case === "offloadedInputData") return inputs.value.uri;
  const filled = withDefaults(inputs.value, spec);
  objects.put(`${prefix}/inputs.pb`, toBinary(InputsSchema, filled));
  return prefix;
}

function withDefaults(
  inputs: Inputs | undefined,
  spec: TaskSpec | undefined,
): Inputs {
  const filled = inputs ? clone(InputsSchema, inputs) : create(InputsSchema);
  const given = new Set(filled.literals.map(({ name }) => name));
  const { literals } = create(InputsSchema, {
    literals: (spec?.defaultInputs ?? []).flatMap(({ name, parameter }) => {
      const behavior = parameter?.behavior;
      if (given.has(name) || behavior?.case !== "default") return [];
      return [{ name, value: behavior.value }];
    }),
  });
  filled.literals.push(...literals);
  return filled;
}
