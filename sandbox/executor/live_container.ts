import type { ActionKey } from "../plane/workflow/actions.ts";
import { type Place, recordChild } from "../seed/play/children.ts";
import { firstLines, type Launched } from "../seed/play/sdk_log.ts";
import { containerStart } from "../seed/play/steps.ts";
import type {
  AttemptStory,
  ChildStory,
  Ending,
  Failure,
  Seconds,
  TaskStory,
} from "../seed/story.ts";
import type { Values } from "../seed/values.ts";
import type { Pod } from "../plane/kubernetes/pods.ts";
import { liveCondition } from "./live_condition.ts";
import { write } from "./live_pod.ts";
import { delayed, lateness, type LiveScene, until } from "./live_scene.ts";

/** An attempt that is under way. */
export interface Course {
  readonly story: TaskStory;
  readonly its: AttemptStory;
  readonly launched: Launched;
  /** Only the last attempt has children. */
  readonly isLast: boolean;
  readonly signal: AbortSignal;
  /** Starts a task below this one, and tells how it went. */
  readonly startTask: (
    scene: LiveScene,
    story: TaskStory,
    place: Place,
  ) => Promise<Outcome>;
}

/** How an action went. */
export interface Outcome {
  readonly id: ActionKey;
  readonly aborted: boolean;
  /** By how much it was late, since people were waited for. */
  readonly late: Seconds;
}

/** What came of a container. */
export interface Ran {
  readonly late: Seconds;
  /** Not the one of the story if a child or a person was in the way. */
  readonly ending: Ending;
  readonly answers: Values;
}

type Item =
  | { readonly at: Seconds; readonly line: string }
  | { readonly at: Seconds; readonly child: ChildStory };

/** Lives through what a container prints and starts, until it is about to end. */
export async function liveContainer(
  scene: LiveScene,
  pod: Pod,
  course: Course,
): Promise<Ran> {
  const { its: { ending }, signal } = course;
  const children: Promise<Outcome>[] = [];
  const answers: Record<string, Values[string]> = {};
  let late = 0;
  for (const item of itemsOf(course)) {
    const later = delayed(scene, late);
    await until(later, later.moment(item.at), signal);
    if ("line" in item) {
      write(later, pod, [[item.at, item.line]]);
      continue;
    }
    const reply = await startChild(later, item.child, { course, children });
    if (!reply) continue;
    late = Math.max(late, lateness(scene, item.at));
    if (reply.kind === "failed") {
      return { late, ending: failed(item.at, reply.error), answers };
    }
    answers[nameOf(item.child)] = reply.value;
  }
  const outcomes = await Promise.all(children);
  signal.throwIfAborted();
  late = Math.max(late, ...outcomes.map((outcome) => outcome.late));
  const gone = outcomes.find(({ aborted }) => aborted);
  if (!gone) return { late, ending, answers };
  const at = lateness(delayed(scene, late), 0);
  return { late, ending: failed(at, abortError(gone, course)), answers };
}

/** @returns what a person said, for conditions alone */
async function startChild(
  scene: LiveScene,
  child: ChildStory,
  { course, children }: {
    course: Course;
    children: Promise<Outcome>[];
  },
) {
  const { launched, signal, startTask } = course;
  const parent = launched.attempt.id.name;
  if (child.kind === "condition") {
    return await liveCondition(scene, child, { parent, signal });
  }
  const place = await recordChild(scene, child, parent);
  if (child.kind === "task") {
    children.push(startTask(scene, child, place));
  }
  return undefined;
}

/** What a container prints and starts, in order. */
function itemsOf({ story, its, launched, isLast }: Course): Item[] {
  const lines = [...firstLines(launched, containerStart(its)), ...its.log ?? []]
    .map(([at, line]) => ({ at, line }));
  const children = (isLast ? story.children ?? [] : [])
    .map((child) => ({ at: startOf(child), child }));
  return [...lines, ...children].toSorted((a, b) => a.at - b.at);
}

/** When an action is recorded: traces when they are over. */
function startOf(child: ChildStory): Seconds {
  switch (child.kind) {
    case "task":
      return child.attempts[0]?.at ?? 0;
    case "trace":
      return child.until;
    case "condition":
      return child.at;
  }
}

function nameOf(child: ChildStory): string {
  return child.kind === "condition" ? child.name : child.label;
}

function failed(at: Seconds, error: Failure): Ending {
  return { kind: "failed", at, error };
}

/** What the SDK raises in a task whose child was aborted. */
function abortError({ id }: Outcome, { launched }: Course): Failure {
  const own = launched.attempt.id.name;
  return {
    message: `Action ${id.name} was aborted, aborting current Action ${own}`,
    raised: { exception: "flyte.errors.ActionAbortedError", frames: [] },
  };
}
