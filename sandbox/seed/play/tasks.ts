import {
  type Attempt,
  NAMESPACE,
  podNameOf,
} from "../../plane/kubernetes/attempt.ts";
import { identifierOf } from "../../plane/kubernetes/reports.ts";
import { type ActionKey, ROOT_ACTION } from "../../plane/workflow/actions.ts";
import { actionName, outputShard } from "../random_names.ts";
import type { AttemptStory, TaskStory } from "../story.ts";
import { eventsOf, statusOf } from "./attempts.ts";
import { type Place, recordChild, type Scene } from "./children.ts";
import { sdkLog } from "./sdk_log.ts";
import { checkReport, putOutputs } from "./stage.ts";

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
    eventsOf(attempt, its, moment)
  );
  checkReport((await internal.recordActionEvents({ events })).status);
  const actionId = identifierOf(id);
  const status = statusOf(story.attempts, moment);
  const told = await internal.updateActionStatus({ actionId, status });
  checkReport(told.status);
  for (const { attempt, its } of attempts) {
    addPod(scene, { story, attempt, its, inputUri });
  }
  const last = attempts.at(-1)?.attempt;
  if (story.outputs && last) {
    const uri = `${last.outputPrefix}/outputs.pb`;
    putOutputs(scene.stage, uri, story.outputs);
  }
  for (const child of story.children ?? []) {
    const place = await recordChild(scene, child, name);
    if (child.kind === "task") await playTask(scene, child, place);
  }
}

function attemptOf(
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

/** Leaves the pod of an attempt that still has one. */
function addPod(
  { stage: { pods }, run, moment, runStartTime }: Scene,
  { story: { task }, attempt, its, inputUri }: {
    story: TaskStory;
    attempt: Attempt;
    its: AttemptStory;
    inputUri: string;
  },
): void {
  if (!its.log) return;
  const isRoot = attempt.id.name === ROOT_ACTION;
  const lines = sdkLog(
    {
      task,
      attempt,
      inputUri,
      runStartTime: isRoot ? runStartTime : undefined,
      childName: (label) => actionName(run, label),
    },
    its,
    moment,
  );
  const running = its.ending.kind === "running";
  pods.add({ namespace: NAMESPACE, name: podNameOf(attempt), lines, running });
}
