import { RunSource } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { NAMESPACE, podNameOf } from "../plane/kubernetes/attempt.ts";
import type { PodLine } from "../plane/kubernetes/pods.ts";
import { type ActionKey, ROOT_ACTION } from "../plane/workflow/actions.ts";
import { PEOPLE } from "./people.ts";
import { attemptOf, launchedOf } from "./play/tasks.ts";
import type { Moment } from "./play/phases.ts";
import { playRun, sceneOf } from "./play/runs.ts";
import {
  firstLines,
  lastLines,
  type Launched,
  lineOf,
} from "./play/sdk_log.ts";
import { deployTasksOf } from "./play/deploy.ts";
import { createStage, type SeedTarget } from "./play/stage.ts";
import { containerStart } from "./play/steps.ts";
import { actionName } from "./random_names.ts";
import type { AttemptStory, RunStory, TaskStory } from "./story.ts";
import type { Place } from "./tasks/places.ts";
import { trainModel } from "./tasks/training.ts";
import { trainingInputs } from "./stories/training.ts";
import { wideChildren } from "./wide_children.ts";

const PLACE: Place = { project: "scale", domain: "development" };
const HOUR = 3_600;
const TASK = trainModel(PLACE, "v3");
/** So long does each line of the long log take. */
const SECONDS_PER_LINE = 0.002;

/** What is big. */
export const SCALE = {
  project: PLACE.project,
  /** RUNNING, with as many actions as were asked for. */
  wide: { ...PLACE, name: "wide" },
  /** FAILED with an exception, after as many lines as were asked for. */
  longLog: { ...PLACE, name: "long-log" },
  /** The shard of that number below the wide run, from 0. */
  shard: (index: number): ActionKey => {
    const run = { ...PLACE, name: "wide" };
    return { run, name: actionName(run, `shard ${index}`) };
  },
  /** What the task prints in line `index` of the long log, from 0. */
  line: (index: number): string =>
    `step ${index} loss ${(2 / (1 + index / 1_000)).toFixed(6)}`,
} as const;

/** How much of it there is to be. */
export interface ScaleSeeds {
  /** All actions of the wide run, its root among them. @default {0} no such run */
  readonly actions?: number;
  /** The lines the task of the long log prints itself. @default {0} no such run */
  readonly logLines?: number;
}

/**
 * Fills the project `scale`. What there is much of is made when it is read.
 *
 * @param now milliseconds since 1970
 */
export async function seedScale(
  target: SeedTarget,
  now: number,
  { actions = 0, logLines = 0 }: ScaleSeeds,
): Promise<void> {
  const stage = createStage(target);
  const project = { id: PLACE.project, name: "Scale" };
  await stage.projects.createProject({ project });
  const stories = [
    ...actions > 0 ? [WIDE] : [],
    ...logLines > 0 ? [longLog(logLines)] : [],
  ];
  await deployTasksOf(stage, stories);
  for (const story of stories) await playRun(stage, story, now);
  if (actions > 0) {
    const scene = await sceneOf(stage, WIDE, now);
    target.tellActions(wideChildren(scene, actions - 1));
  }
  if (logLines > 0) await addLongLog(stage, now, logLines);
}

const WIDE: RunStory = {
  run: SCALE.wide,
  ago: 0.5 * HOUR,
  source: RunSource.CLI,
  startedBy: PEOPLE.ada,
  root: {
    task: TASK,
    inputs: trainingInputs("s3://example-datasets/orders/all", 10_000),
    attempts: [{ at: 0.3, ending: { kind: "running" }, log: [] }],
  },
};

function longLog(lines: number): RunStory {
  const end = 5 + lines * SECONDS_PER_LINE;
  return {
    run: SCALE.longLog,
    ago: end + HOUR,
    source: RunSource.CLI,
    startedBy: PEOPLE.ada,
    root: {
      task: TASK,
      inputs: trainingInputs("s3://example-datasets/orders/all"),
      attempts: [{
        at: 0.3,
        ending: {
          kind: "failed",
          at: end,
          error: {
            message: "loss is nan",
            raised: { exception: "FloatingPointError", frames: [] },
          },
        },
      }],
    },
  };
}

/** Puts a pod there whose log is never held as a whole. */
async function addLongLog(
  stage: ReturnType<typeof createStage>,
  now: number,
  count: number,
): Promise<void> {
  const story = longLog(count);
  const scene = await sceneOf(stage, story, now);
  const id = { run: scene.run, name: ROOT_ACTION };
  const attempt = attemptOf(scene, story.root, { id, number: 1 });
  const launched = launchedOf(scene, story.root, { attempt, inputUri: "" });
  const { moment } = scene;
  const lines: Iterable<PodLine> = {
    [Symbol.iterator]: () => linesOf(story.root, { launched, moment, count }),
  };
  stage.pods.add({ namespace: NAMESPACE, name: podNameOf(attempt), lines });
}

function* linesOf(
  { attempts }: TaskStory,
  { launched, moment, count }: {
    launched: Launched;
    moment: Moment;
    count: number;
  },
): Generator<PodLine> {
  const [its] = attempts;
  if (!its) return;
  const start = containerStart(its);
  for (const entry of firstLines(launched, start)) {
    yield lineOf(entry, moment, 0);
  }
  for (let index = 0; index < count; index++) {
    const at = start + 1.5 + index * SECONDS_PER_LINE;
    yield lineOf([at, SCALE.line(index)], moment, 0);
  }
  const last = lastLines(launched, its.ending, endOf(its));
  for (const [index, entry] of last.entries()) {
    yield lineOf(entry, moment, index);
  }
}

function endOf({ ending }: AttemptStory): number {
  return "at" in ending ? ending.at : 0;
}
