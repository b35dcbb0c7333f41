import type { Pod } from "../plane/kubernetes/pods.ts";
import type { Place } from "../seed/play/children.ts";
import { lastLines } from "../seed/play/sdk_log.ts";
import { putOutputs } from "../seed/play/stage.ts";
import { containerStart, stepsOf } from "../seed/play/steps.ts";
import { attemptOf, launchedOf } from "../seed/play/tasks.ts";
import type { Seconds, TaskStory } from "../seed/story.ts";
import {
  type Course,
  liveContainer,
  type Outcome,
  type Ran,
} from "./live_container.ts";
import { relaunch, removePod, startPod, write } from "./live_pod.ts";
import { report } from "./live_reports.ts";
import { delayed, type LiveScene, until } from "./live_scene.ts";

/** The last words of a task are this long before its end. */
const LAST_WORDS_SECONDS = 0.25;

/** Lives through the story of a task as time goes by, until it is over or aborted. */
export async function liveTask(
  scene: LiveScene,
  story: TaskStory,
  { place: { name, inputUri }, above }: { place: Place; above: AbortSignal },
): Promise<Outcome> {
  const id = { run: scene.run, name };
  using life = scene.lives.begin(id, above);
  let late = 0;
  try {
    for (const [index, its] of story.attempts.entries()) {
      const attempt = attemptOf(scene, story, { id, number: index + 1 });
      await until(scene, scene.moment(its.at), life.signal);
      // A restart deletes the pod before it, and its log with it.
      removePod(scene, { ...attempt, number: index });
      const course: Course = {
        story,
        its,
        launched: launchedOf(scene, story, { attempt, inputUri }),
        isLast: index === story.attempts.length - 1,
        signal: life.signal,
        startTask: (later, child, place) =>
          liveTask(later, child, { place, above: life.signal }),
      };
      late = await liveAttempt(scene, course);
    }
    return { id, aborted: false, late };
  } catch (error) {
    if (!life.signal.aborted) throw error;
    return { id, aborted: true, late };
  }
}

/** @returns by how much it was late at its end */
async function liveAttempt(scene: LiveScene, course: Course): Promise<Seconds> {
  const { its, launched, signal } = course;
  const pod = await livePrologue(scene, course);
  const { ending } = its;
  if (ending.kind === "crash loop") {
    return await relaunch(scene, { launched, its, ending }, signal);
  }
  const ran = pod
    ? await liveContainer(scene, pod, course)
    : { late: 0, ending, answers: {} };
  await liveEnd(scene, course, { ran, pod });
  return ran.late;
}

/** Everything until the container runs, or until it turns out that it will not. */
async function livePrologue(
  scene: LiveScene,
  { story, its, launched: { attempt }, signal }: Course,
): Promise<Pod | undefined> {
  const createdAt = createdAtOf(scene, story);
  let pod: Pod | undefined;
  for (const { at, report: eventAt, starts, ends } of stepsOf(attempt, its)) {
    if (ends) break;
    const time = scene.moment(at);
    await until(scene, time, signal);
    if (starts) pod = startPod(scene, attempt);
    await report(scene, eventAt(time, undefined), { createdAt, signal });
  }
  return pod;
}

/** Ends an attempt that ends: its last words, its outputs, its last event. */
async function liveEnd(
  scene: LiveScene,
  { story, its, launched, signal }: Course,
  { ran: { late, ending, answers }, pod }: { ran: Ran; pod: Pod | undefined },
): Promise<void> {
  const { attempt } = launched;
  const end = stepsOf(attempt, { ...its, ending }).find(({ ends }) => ends);
  if (!end) return;
  const later = delayed(scene, late);
  await until(later, later.moment(end.at - LAST_WORDS_SECONDS), signal);
  if (pod) write(later, pod, lastLines(launched, ending, end.at));
  if (ending.kind === "succeeded" || ending.kind === "cache hit") {
    const { outputs = {} } = story;
    const values = typeof outputs === "function" ? outputs(answers) : outputs;
    putOutputs(scene.stage, `${attempt.outputPrefix}/outputs.pb`, values);
  }
  const time = later.moment(end.at);
  await until(later, time, signal);
  pod?.finish();
  const event = end.report(time, scene.moment(containerStart(its)));
  const createdAt = createdAtOf(scene, story);
  await report(later, event, { createdAt, signal });
}

function createdAtOf({ moment }: LiveScene, { attempts }: TaskStory) {
  return moment(attempts[0]?.at ?? 0);
}
