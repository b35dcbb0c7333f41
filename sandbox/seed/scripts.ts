import {
  numberOf,
  plainScript,
  type Script,
  type ScriptedRun,
  SUBMITTED,
  textOf,
} from "../executor/script.ts";
import { badRow, GATHER } from "./stories/failed.ts";
import { epochs, shard, shardLabel } from "./stories/shards.ts";
import type {
  AttemptStory,
  ChildStory,
  Failure,
  Seconds,
  TaskStory,
} from "./story.ts";
import { BOOLEAN } from "./tasks/literal_types.ts";
import { fitShard } from "./tasks/training.ts";
import { boolean, file, float } from "./values.ts";

const SHARDS = 12;
/** The most that are played, whatever is asked for. */
const MAX_SHARDS = 100;
const BAD_SHARD = 1;
const ACCURACY = 0.9;

/** What runs of the seeded tasks do, by the task's name. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  "training.train_model": training,
  "release.publish_model": publishing,
};

/**
 * What a run does in the made-up company: a training fans out and fails over a
 * dataset with `broken` in its name, publishing a model asks a person, anything
 * else works for some seconds.
 */
export function everydayScript(run: ScriptedRun): TaskStory {
  const plain = plainScript(run);
  // What keeps the pod from running keeps it whatever it would do.
  const blocked = plain.attempts.some(({ ending }) =>
    ending.kind !== "succeeded"
  );
  const script = SCRIPTS[run.task.id.name];
  return blocked || !script ? plain : script(run);
}

function training({ task, inputs }: ScriptedRun): TaskStory {
  const dataset = textOf(inputs, "dataset");
  const asked = numberOf(inputs, "shards") ?? SHARDS;
  const count = Math.min(Math.max(asked, 1), MAX_SHARDS);
  const isBroken = dataset.includes("broken") && count > BAD_SHARD;
  const children = Array.from({ length: count }, (_, index) => {
    const at = 4 + index * 0.2;
    return isBroken && index === BAD_SHARD
      ? badShard(task.id, at)
      : goodShard(task.id, { index, at });
  });
  const end = 14 + count * 0.2;
  return {
    task,
    inputs,
    children,
    outputs: { o0: float(ACCURACY), o1: file(`${dataset}/model.pt`) },
    attempts: [{
      at: SUBMITTED,
      ending: isBroken
        ? { kind: "failed", at: end + 10, error: passedOn }
        : { kind: "succeeded", at: end },
      log: [
        [3.2, `training on ${count} shards of ${dataset}`],
        ...isBroken ? [] : [[end - 1, "averaged all shards"] as const],
      ],
    }],
  };
}

const passedOn: Failure = {
  message: badRow.message,
  raised: {
    exception: "ValueError",
    frames: GATHER,
    child: shardLabel(BAD_SHARD),
  },
};

type Deployed = ScriptedRun["task"]["id"];

function goodShard(
  { project, domain, version }: Deployed,
  { index, at }: { index: number; at: Seconds },
): ChildStory {
  const loss = 0.21 + index / 100;
  const end = at + 7;
  const attempts: AttemptStory[] = [{
    at,
    ending: { kind: "succeeded", at: end },
    log: epochs(index, { from: at + 3, until: end - 0.5, loss }),
  }];
  const task = fitShard({ project, domain }, version);
  return shard({ task, index, loss, attempts });
}

/** Fails three times over the same row. */
function badShard(
  { project, domain, version }: Deployed,
  at: Seconds,
): ChildStory {
  const log = (from: Seconds) =>
    [[from + 3, `shard ${BAD_SHARD}: 20000 rows`]] as const;
  return shard({
    task: fitShard({ project, domain }, version),
    index: BAD_SHARD,
    attempts: [
      { at, ending: { kind: "restarted" }, log: log(at) },
      { at: at + 6, ending: { kind: "restarted" }, log: log(at + 6) },
      {
        at: at + 12,
        ending: { kind: "failed", at: at + 17, error: badRow },
        log: log(at + 12),
      },
    ],
  });
}

function publishing({ task, inputs }: ScriptedRun): TaskStory {
  const model = textOf(inputs, "model");
  return {
    task,
    inputs,
    outputs: ({ approve }) => ({ o0: approve ?? boolean(false) }),
    attempts: [{
      at: SUBMITTED,
      ending: { kind: "succeeded", at: 7 },
      log: [[3.2, `${model}: waiting for approval`], [5.5, "answered"]],
    }],
    children: [{
      kind: "condition",
      label: "approve",
      name: "approve",
      at: 4,
      type: BOOLEAN,
      prompt: `Publish **${model}** to production?`,
      description: "",
    }],
  };
}
