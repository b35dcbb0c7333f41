import { create } from "@bufbuild/protobuf";
import { toBinary } from "@bufbuild/protobuf";
import { InputsSchema } from "../../idl/flyteidl2/task/common_pb.ts";
import { TaskActionSchema } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { ToldAction } from "../plane/workflow/told_actions.ts";
import { ROOT_ACTION } from "../plane/workflow/actions.ts";
import type { Scene } from "./play/children.ts";
import { statusOf } from "./play/phases.ts";
import { stepsOf } from "./play/steps.ts";
import { attemptOf } from "./play/tasks.ts";
import { containerStart } from "./play/steps.ts";
import { actionName } from "./random_names.ts";
import type { AttemptStory, TaskStory } from "./story.ts";
import { specOf } from "./tasks/sdk_task.ts";
import { fitShard } from "./tasks/training.ts";
import { integer, named } from "./values.ts";
import { badRow } from "./stories/failed.ts";

/** One shard in so many fails; it is neither the first of them nor the last. */
const FAILS_EVERY = 100;
const FAILS_AT = 7;
/** So many at the end still run, and so many wait after them. */
const RUNNING = 50;
const QUEUED = 50;

/** The shards below the root of a run, made one after the other. */
export function* wideChildren(
  scene: Scene,
  count: number,
): Generator<ToldAction> {
  const { run, stage, storagePrefix, moment } = scene;
  const { project, domain } = run;
  const task = fitShard({ project, domain }, "v3");
  const value = create(TaskActionSchema, { id: task.id, spec: specOf(task) });
  for (let index = 0; index < count; index++) {
    const name = actionName(run, `shard ${index}`);
    const id = { run, name };
    const inputs = { index: integer(index), epochs: integer(3) };
    const inputUri =
      `${storagePrefix}/${project}/${domain}/${run.name}/${name}/inputs.pb`;
    const message = create(InputsSchema, { literals: named(inputs) });
    stage.putObject(inputUri, toBinary(InputsSchema, message));
    const its = attemptStory(index, count);
    const story: TaskStory = { task, inputs, attempts: [its] };
    yield {
      id,
      recorded: {
        parent: ROOT_ACTION,
        group: "shards",
        inputUri,
        spec: { case: "task", value },
      },
      status: statusOf([its], moment),
      events: () => {
        const attempt = attemptOf(scene, story, { id, number: 1 });
        const startedAt = moment(containerStart(its));
        return stepsOf(attempt, its)
          .map(({ at, report }) => report(moment(at), startedAt));
      },
    };
  }
}

function attemptStory(index: number, count: number): AttemptStory {
  const at = 4 + index * 0.05;
  if (index >= count - QUEUED) {
    const why = "0/3 nodes are available: 3 Too many pods.";
    return { at, ending: { kind: "unschedulable", why } };
  }
  if (index >= count - QUEUED - RUNNING) {
    return { at, ending: { kind: "running" } };
  }
  const end = at + 20 + index % 13;
  return index % FAILS_EVERY === FAILS_AT
    ? { at, ending: { kind: "failed", at: end, error: badRow } }
    : { at, ending: { kind: "succeeded", at: end } };
}
