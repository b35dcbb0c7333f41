import {
  type Attempt,
  NAMESPACE,
  podNameOf,
} from "../../plane/kubernetes/attempt.ts";
import { identifierOf } from "../../plane/kubernetes/reports.ts";
import { type ActionKey, ROOT_ACTION } from "../../plane/workflow/actions.ts";
import { actionName, outputShard } from "../random_names.ts";
import type { AttemptStory, TaskStory } from "../story.ts";
import { type Place, recordChild, type Scene } from "./children.ts";
import { type Moment, statusOf } from "./phases.ts";
import { type Launched, sdkLog } from "./sdk_log.ts";
import { checkReport, putOutputs } from "./stage.ts";
import { containerStart, stepsOf } from "./steps.ts";

/** Reports what happened to a task's action, then to everything below it. */
export async function playTask(
  scene: Scene,
  story: TaskStory,
  { name, inputUri }: Place,
): Promise<void> {
  const { stage: { internal }, moment } = scene;
  const id = { run: scene.run, name };
  const attempts = story.attempts.map((its, index) => ({
    its,
    attempt: attemptOf(scene, story, { id, number: index + 1 }),
  }));
  const events = attempts.flatMap(({ attempt, its }) =>
    stepsOf(attempt, its).map(({ at, report }) =>
      report(moment(at), moment(containerStart(its)))
    )
  );
  checkReport((await internal.recordActionEvents({ events })).status);
  const actionId = identifierOf(id);
  const status = statusOf(story.attempts, moment);
  const told = await internal.updateActionStatus({ actionId, status });
  checkReport(told.status);
  for (const { attempt, its } of attempts) {
    addPod(scene, its, launchedOf(scene, story, { attempt, inputUri }));
  }
  const last = attempts.at(-1)?.attempt;
  if (last) leaveOutputs(scene, story, last);
  if (story.abortReason !== undefined) {
    const reason = story.abortReason;
    await scene.stage.runs.abortAction({ actionId, reason });
  }
  for (const child of story.children ?? []) {
    const place = await recordChild(scene, child, name);
    if (child.kind === "task") await playTask(scene, child, place);
  }
}

/** An attempt of a story, with the place where its outputs go. */
export function attemptOf(
  { run, storagePrefix }: Scene,
  { task }: TaskStory,
  { id, number }: { id: ActionKey; number: number },
): Attempt {
  const folder = [
    storagePrefix,
    outputShard(run, id.name),
    ...[run.project, run.domain, run.name],
    id.name,
    number,
  ];
  return { id, number, image: task.image, outputPrefix: folder.join("/") };
}

/** What the pod of an attempt is launched with. */
export function launchedOf(
  { run, runStartTime }: Scene,
  { task }: TaskStory,
  { attempt, inputUri }: { attempt: Attempt; inputUri: string },
): Launched {
  const isRoot = attempt.id.name === ROOT_ACTION;
  return {
    task,
    attempt,
    inputUri,
    runStartTime: isRoot ? runStartTime : undefined,
    childName: (label) => actionName(run, label),
  };
}

/** Leaves the outputs of a task, if it has any. */
function leaveOutputs(
  { stage }: Scene,
  { outputs }: TaskStory,
  { outputPrefix }: Attempt,
): void {
  const values = typeof outputs === "function" ? outputs({}) : outputs;
  if (values) putOutputs(stage, `${outputPrefix}/outputs.pb`, values);
}

/** Leaves the pod of an attempt that still has one. */
function addPod(
  { stage: { pods }, moment }: { stage: Scene["stage"]; moment: Moment },
  its: AttemptStory,
  launched: Launched,
): void {
  if (!its.log) return;
  const lines = sdkLog(launched, its, moment);
  const running = its.ending.kind === "running";
  const name = podNameOf(launched.attempt);
  const { unreachable } = its;
  pods.add({
    namespace: NAMESPACE,
    name,
    lines,
    running,
    ...unreachable !== undefined && { unreachable },
  });
}
