import {
  type Attempt,
  NAMESPACE,
  podNameOf,
} from "../plane/kubernetes/attempt.ts";
import type { Pod } from "../plane/kubernetes/pods.ts";
import { type Launched, launchLines, lineOf } from "../seed/play/sdk_log.ts";
import { containerStart } from "../seed/play/steps.ts";
import type { AttemptStory, Ending, LogEntry } from "../seed/story.ts";
import { type LiveScene, until } from "./live_scene.ts";

/** How long after a launch a container that ends by itself is launched again. */
const RELAUNCH_SECONDS = 5.4;
/** And how long it ran. */
const SURVIVAL_SECONDS = 1.2;

/** Starts the pod of an attempt; that of the attempt before it is gone by then. */
export function startPod(
  { stage: { pods } }: LiveScene,
  attempt: Attempt,
): Pod {
  return pods.add({
    namespace: NAMESPACE,
    name: podNameOf(attempt),
    running: true,
  });
}

/** Deletes the pod of an attempt, as a restart does. */
export function removePod({ stage: { pods } }: LiveScene, attempt: Attempt) {
  pods.remove(NAMESPACE, podNameOf(attempt));
}

/** Writes lines, all of them now; each has the time it says. */
export function write(
  { moment }: LiveScene,
  pod: Pod,
  entries: readonly LogEntry[],
): void {
  for (const [index, entry] of entries.entries()) {
    pod.write(lineOf(entry, moment, index));
  }
}

/** Launches a container again and again, until its action is aborted. */
export async function relaunch(
  scene: LiveScene,
  { launched, its, ending }: {
    launched: Launched;
    its: AttemptStory;
    ending: Ending & { kind: "crash loop" };
  },
  signal: AbortSignal,
): Promise<never> {
  for (let at = containerStart(its);; at += RELAUNCH_SECONDS) {
    await until(scene, scene.moment(at), signal);
    const pod = startPod(scene, launched.attempt);
    await until(scene, scene.moment(at + SURVIVAL_SECONDS), signal);
    write(scene, pod, launchLines(launched, ending.lines, at));
    pod.finish();
  }
}
