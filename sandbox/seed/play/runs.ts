import { toTimestamp } from "../../plane/clock.ts";
import { ROOT_ACTION } from "../../plane/workflow/actions.ts";
import { headersOf } from "../people.ts";
import type { RunStory } from "../story.ts";
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
  const { run, ago, source, trigger, root } = story;
  const start = Math.floor(now * MICROS_PER_MS) - ago * MICROS_PER_SECOND;
  const runStartTime = toTimestamp(start);
  await stage.runs.createRun({
    id: { case: "runId", value: { ...run } },
    task: trigger
      ? { case: "triggerName", value: trigger }
      : { case: "taskId", value: root.task.id },
    inputWrapper: trigger
      ? { case: undefined }
      : { case: "inputs", value: { literals: named(root.inputs) } },
    source,
    runStartTime,
  }, { headers: headersOf(story.startedBy) });
  const storagePrefix = await storagePrefixOf(stage, story);
  const { project, domain, name } = run;
  const scene: Scene = {
    stage,
    run,
    moment: (at) => start + Math.round(at * MICROS_PER_SECOND),
    runStartTime,
    storagePrefix,
  };
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

/** Where the plane has its runs put their data. */
async function storagePrefixOf(
  { runs }: Stage,
  { run }: RunStory,
): Promise<string> {
  const { details } = await runs.getRunDetails({ runId: { ...run } });
  return details?.runSpec?.rawDataStorage?.rawDataPrefix ?? "";
}
