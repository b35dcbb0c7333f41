import { playApps } from "./apps.ts";
import { deploy } from "./deploy.ts";
import { APPS } from "./everyday_apps.ts";
import { seedHostile } from "./hostile/mod.ts";
import { playRun } from "./play/runs.ts";
import { createStage, type SeedTarget, type Stage } from "./play/stage.ts";
import { type ScaleSeeds, seedScale } from "./scale.ts";
import { leaveSecrets } from "./secrets.ts";
import { CRASH_LOOP, OUT_OF_MEMORY, USER_ERROR } from "./stories/failed.ts";
import { FAN_OUT } from "./stories/fan_out.ts";
import { APPROVAL, SCHEDULED } from "./stories/forecasting.ts";
import { HISTORY } from "./stories/history.ts";
import { ABORTED, TIMED_OUT } from "./stories/stopped.ts";
import { IMAGE_PULL, QUEUED, RUNNING } from "./stories/unfinished.ts";
import type { RunStory } from "./story.ts";
import { seedTroubles } from "./troubles/mod.ts";

export { HOSTILE } from "./hostile/hostile.ts";
export { headersOf } from "./people.ts";
export type { SeedTarget } from "./play/stage.ts";
export { SCALE } from "./scale.ts";
export { SEEDED } from "./seeded.ts";
export { TROUBLES } from "./troubles/troubles.ts";

/** Which made-up data a plane gets; each seed has projects of its own. */
export interface Seeds extends ScaleSeeds {
  /** Three projects of a small company, see `SEEDED`. @default {true} */
  readonly everyday?: boolean;
  /** The project `troubles`: every way to go wrong, see `TROUBLES`. @default {false} */
  readonly troubles?: boolean;
  /** The project `hostile`: texts that would like to be obeyed, see `HOSTILE`. @default {false} */
  readonly hostile?: boolean;
}

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
 * people, the SDK and executors fill a real one, and the cluster behind it.
 * Tasks count as deployed now; runs started at times relative to now.
 *
 * @param now milliseconds since 1970
 */
export async function seed(
  target: SeedTarget,
  now: number,
  seeds: Seeds = {},
): Promise<void> {
  const { everyday = true, troubles = false, hostile = false } = seeds;
  const stage = createStage(target);
  if (everyday) await seedEveryday(stage, now);
  if (troubles) await seedTroubles(stage, now);
  if (hostile) await seedHostile(stage, now);
  if (seeds.actions || seeds.logLines) await seedScale(target, now, seeds);
}

async function seedEveryday(stage: Stage, now: number): Promise<void> {
  leaveSecrets(stage.secrets, now);
  await deploy(stage);
  for (const story of STORIES) await playRun(stage, story, now);
  playApps(stage, APPS, now);
}
