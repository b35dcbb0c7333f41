import type { Micros } from "../plane/clock.ts";
import type { Scene } from "../seed/play/children.ts";
import type { Seconds } from "../seed/story.ts";
import type { Lives } from "./lives.ts";

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MS = 1_000;

/** A run that is happening. */
export interface LiveScene extends Scene {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly lives: Lives;
}

/** Resolves when a time has come; at once if it is over. */
export async function until(
  { now, sleep }: LiveScene,
  time: Micros,
  signal: AbortSignal,
): Promise<void> {
  const ms = time / MICROS_PER_MS - now();
  if (ms > 0) await sleep(ms, signal);
  signal.throwIfAborted();
}

/** The same scene, in which everything happens so much later. */
export function delayed(scene: LiveScene, by: Seconds): LiveScene {
  const { moment } = scene;
  return {
    ...scene,
    moment: (at) => moment(at) + Math.round(by * MICROS_PER_SECOND),
  };
}

/** How much later than planned it is. */
export function lateness(
  { now, moment }: LiveScene,
  planned: Seconds,
): Seconds {
  const late = now() * MICROS_PER_MS - moment(planned);
  return Math.max(0, late / MICROS_PER_SECOND);
}
