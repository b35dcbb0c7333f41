import { type Micros, toTimestamp } from "../../plane/clock.ts";
import { ROOT_ACTION } from "../../plane/workflow/actions.ts";
import { headersOf } from "../people.ts";
import type { Asked, RunStory } from "../story.ts";
import { named } from "../values.ts";
import type { Scene } from "./children.ts";
import type { Stage } from "./stage.ts";
import { playTask } from "./tasks.ts";

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MS = 1_000;

/**
 * Creates a run and reports what happened in it.
 *
 * @param now milliseconds since 1970
 */
export async function playRun(
  stage: Stage,
  story: RunStory,
  now: number,
): Promise<void> {
  const { run, root } = story;
  await createRun(stage, story, toTimestamp(startOf(story, now)));
  const scene = await sceneOf(stage, story, now);
  const { project, domain, name } = run;
  const { storagePrefix } = scene;
  await playTask(scene, root, {
    name: ROOT_ACTION,
    inputUri: `${storagePrefix}/${project}/${domain}/${name}/inputs/inputs.pb`,
  });
  if (!story.abort) return;
  // The end was reported already: the first one counts, so this keeps it.
  const { by, reason } = story.abort;
  await stage.runs.abortRun(
    { runId: { ...run }, reason },
    { headers: headersOf(by) },
  );
}

/** What the actions of a run that has been created are played with. */
export async function sceneOf(
  stage: Stage,
  story: RunStory,
  now: number,
): Promise<Scene> {
  const start = startOf(story, now);
  return {
    stage,
    run: story.run,
    moment: (at) => start + Math.round(at * MICROS_PER_SECOND),
    runStartTime: toTimestamp(start),
    storagePrefix: await storagePrefixOf(stage, story),
  };
}

function startOf({ ago }: RunStory, now: number): Micros {
  return Math.floor(now * MICROS_PER_MS) - ago * MICROS_PER_SECOND;
}

async function createRun(
  { runs }: Stage,
  { run, source, trigger, root, asked, startedBy }: RunStory,
  runStartTime: Scene["runStartTime"],
): Promise<void> {
  await runs.createRun({
    id: { case: "runId", value: { ...run } },
    task: trigger
      ? { case: "triggerName", value: trigger }
      : { case: "taskId", value: root.task.id },
    inputWrapper: trigger
      ? { case: undefined }
      : { case: "inputs", value: { literals: named(root.inputs) } },
    source,
    runStartTime,
    ...asked && { runSpec: runSpecOf(asked) },
  }, { headers: headersOf(startedBy) });
}

function runSpecOf({ env = {}, labels = {}, annotations = {} }: Asked) {
  const values = Object.entries(env).map(([key, value]) => ({ key, value }));
  return {
    envs: { values },
    labels: { values: { ...labels } },
    annotations: { values: { ...annotations } },
  };
}

/** Where the plane has its runs put their data. */
async function storagePrefixOf(
  { runs }: Stage,
  { run }: RunStory,
): Promise<string> {
  const { details } = await runs.getRunDetails({ runId: { ...run } });
  return details?.runSpec?.rawDataStorage?.rawDataPrefix ?? "";
}
