import type { RunStory, TaskStory } from "../story.ts";
import { type SdkTask, specOf } from "../tasks/sdk_task.ts";
import type { Stage } from "./stage.ts";

/** Deploys every version of every task that takes part in some stories, each once. */
export async function deployTasksOf(
  { tasks }: Stage,
  stories: readonly RunStory[],
): Promise<void> {
  const found = new Map<string, SdkTask>();
  for (const { root } of stories) {
    for (const task of tasksOf(root)) {
      found.set(`${task.id.name} ${task.id.version}`, task);
    }
  }
  // By name and version, so that the newest version is the one deployed last.
  const inOrder = [...found].toSorted(([a], [b]) => a < b ? -1 : 1);
  for (const [, task] of inOrder) {
    await tasks.deployTask({ taskId: task.id, spec: specOf(task) });
  }
}

function* tasksOf({ task, children = [] }: TaskStory): Generator<SdkTask> {
  yield task;
  for (const child of children) {
    if (child.kind === "task") yield* tasksOf(child);
  }
}
