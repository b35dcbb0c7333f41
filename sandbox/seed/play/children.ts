import { clone, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type TaskSpec,
  TaskSpecSchema,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type {
  RecordActionRequestSchema,
  UpdateActionStatusRequestSchema,
} from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import { ConditionPromptType } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Account } from "../../issuer/accounts.ts";
import { identityOf, readCredentials } from "../../plane/auth/caller.ts";
import { toTimestamp } from "../../plane/clock.ts";
import { identifierOf } from "../../plane/kubernetes/reports.ts";
import type { RunKey } from "../../plane/workflow/actions.ts";
import { headersOf } from "../people.ts";
import { actionName } from "../random_names.ts";
import type {
  ChildStory,
  ConditionStory,
  Seconds,
  TaskStory,
  TraceStory,
} from "../story.ts";
import { specOf } from "../tasks/sdk_task.ts";
import type { Moment } from "./phases.ts";
import { checkReport, putInputs, putOutputs, type Stage } from "./stage.ts";

type SpecInit = NonNullable<
  MessageInitShape<typeof RecordActionRequestSchema>["spec"]
>;

type StatusInit = Omit<
  MessageInitShape<typeof UpdateActionStatusRequestSchema>,
  "$typeName"
>;

/** A run that has been created. */
export interface Scene {
  readonly stage: Stage;
  readonly run: RunKey;
  readonly moment: Moment;
  readonly runStartTime: Timestamp;
  /** Where the run's data goes. */
  readonly storagePrefix: string;
}

/** Under which name an action runs, and where its inputs lie. */
export interface Place {
  readonly name: string;
  readonly inputUri: string;
}

/** Records an action below another. Of a task nothing has happened yet then. */
export async function recordChild(
  scene: Scene,
  child: ChildStory,
  parent: string,
): Promise<Place> {
  const { stage: { internal }, run, storagePrefix } = scene;
  const name = actionName(run, child.label);
  const { project, domain } = run;
  const folder = `${storagePrefix}/${project}/${domain}/${run.name}/${name}`;
  const inputUri = `${folder}/inputs.pb`;
  const actionId = identifierOf({ run, name });
  const { group = "" } = child;
  const spec = specOfChild(scene, child, folder);
  const recorded = await internal
    .recordAction({ actionId, parent, group, inputUri, spec });
  checkReport(recorded.status);
  if (child.kind === "task") putInputs(scene.stage, inputUri, child.inputs);
  if (child.kind === "condition") await openCondition(scene, child, name);
  return { name, inputUri };
}

/** A condition pauses as soon as it is there. */
async function openCondition(
  { stage: { internal }, run, moment }: Scene,
  { at, timedOutAt, answered }: ConditionStory,
  name: string,
): Promise<void> {
  const startTime = toTimestamp(moment(at));
  const ended = (phase: ActionPhase, end: Seconds) => ({
    status: { phase, startTime, endTime: toTimestamp(moment(end)) },
  });
  const reports: readonly StatusInit[] = [
    { status: { phase: ActionPhase.PAUSED, startTime } },
    ...timedOutAt === undefined
      ? []
      : [ended(ActionPhase.TIMED_OUT, timedOutAt)],
    ...answered
      ? [{
        ...ended(ActionPhase.SUCCEEDED, answered.at),
        output: answered.value,
        ...principalOf(answered.by),
      }]
      : [],
  ];
  for (const report of reports) {
    const actionId = identifierOf({ run, name });
    const told = await internal.updateActionStatus({ ...report, actionId });
    checkReport(told.status);
  }
}

/** Whoever answers, as the actions service hears of it. */
function principalOf(person: Account) {
  const credentials = readCredentials(new Headers(headersOf(person)));
  return credentials && { principal: identityOf(credentials.caller) };
}

function specOfChild(
  scene: Scene,
  child: ChildStory,
  folder: string,
): SpecInit {
  switch (child.kind) {
    case "task": {
      const value = { id: child.task.id, spec: childSpec(child) };
      return { case: "task", value };
    }
    case "trace": {
      const outputUri = `${folder}/1/outputs.pb`;
      putOutputs(scene.stage, outputUri, child.outputs);
      return { case: "trace", value: traceAction(scene, child, outputUri) };
    }
    case "condition":
      return { case: "condition", value: conditionAction(child) };
  }
}

/** The SDK sends the specs of children without their environment. */
function childSpec({ task }: TaskStory): TaskSpec {
  const spec = clone(TaskSpecSchema, specOf(task));
  delete spec.environment;
  return spec;
}

function traceAction(
  { moment }: Scene,
  { name, at, until }: TraceStory,
  outputUri: string,
) {
  return {
    name,
    phase: ActionPhase.SUCCEEDED,
    startTime: toTimestamp(moment(at)),
    endTime: toTimestamp(moment(until)),
    outputs: { outputUri },
    spec: { interface: { inputs: {}, outputs: {} } },
  };
}

function conditionAction(condition: ConditionStory) {
  const { name, type, prompt, description, timeout } = condition;
  return {
    name,
    type,
    prompt,
    description,
    promptType: ConditionPromptType.MARKDOWN,
    ...timeout !== undefined && { timeout: durationFromMs(timeout * 1_000) },
  };
}
