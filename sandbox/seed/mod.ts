import { deploy } from "./deploy.ts";
import { playRun } from "./play/runs.ts";
import { createStage, type SeedTarget } from "./play/stage.ts";
import { CRASH_LOOP, OUT_OF_MEMORY, USER_ERROR } from "./stories/failed.ts";
import { FAN_OUT } from "./stories/fan_out.ts";
import { APPROVAL, SCHEDULED } from "./stories/forecasting.ts";
import { HISTORY } from "./stories/history.ts";
import { ABORTED, TIMED_OUT } from "./stories/stopped.ts";
import { IMAGE_PULL, QUEUED, RUNNING } from "./stories/unfinished.ts";
import type { RunStory } from "./story.ts";

export { headersOf } from "./people.ts";
export type { SeedTarget } from "./play/stage.ts";
export { SEEDED } from "./seeded.ts";

const STORIES: readonly RunStory[] = [
  ...HISTORY,
  TIMED_OUT,
  SCHEDULED,
  OUT_OF_MEMORY,
  ABORTED,
  FAN_OUT,
  USER_ERROR,
  CRASH_LOOP,
  APPROVAL,
  QUEUED,
  RUNNING,
  IMAGE_PULL,
];

/**
 * Fills a new plane with projects, tasks and runs, through the calls by which
 * people, the SDK and executors fill a real one. Tasks count as deployed now;
 * runs started at times relative to now.
 *
 * @param now milliseconds since 1970
 */
export async function seed(target: SeedTarget, now: number): Promise<void> {
  const stage = createStage(target);
  await deploy(stage);
  for (const story of STORIES) await playRun(stage, story, now);
}
