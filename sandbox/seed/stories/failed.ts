import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { outOfMemory } from "../kubernetes_words.ts";
import { SEEDED } from "../seeded.ts";
import type { Failure, Frame, RunStory } from "../story.ts";
import { shard, shardLabel, trained } from "./shards.ts";
import { FIT, TRAIN, trainingInputs } from "./training.ts";

const HOUR = 3_600;
const BAD_ROW = "could not convert string to float: 'n/a'";
const BAD_SHARD = 1;

const READ_ROW: readonly Frame[] = [
  {
    file: "/root/training.py",
    line: 48,
    function: "fit_shard",
    code: "rows = [read_row(line) for line in open_shard(index)]",
  },
  {
    file: "/root/training.py",
    line: 31,
    function: "read_row",
    code: "return Row(day=cells[0], amount=float(cells[1]))",
  },
];

/** Where a training waits for its shards. */
export const GATHER: readonly Frame[] = [{
  file: "/root/training.py",
  line: 72,
  function: "train_model",
  code: "losses = await asyncio.gather(*shards)",
}];

/** What a shard fails with that has a row it cannot read. */
export const badRow: Failure = {
  message: BAD_ROW,
  raised: { exception: "ValueError", frames: READ_ROW },
};

/** A Python exception; of three attempts only the last has a log left. */
export const USER_ERROR: RunStory = {
  run: SEEDED.runs.userError,
  ago: 1.5 * HOUR,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  root: {
    task: TRAIN,
    inputs: trainingInputs("s3://example-datasets/orders/broken", 3),
    attempts: [{
      at: 0.4,
      ending: {
        kind: "failed",
        at: 44.6,
        error: {
          message: BAD_ROW,
          raised: {
            exception: "ValueError",
            frames: GATHER,
            child: shardLabel(BAD_SHARD),
          },
        },
      },
      log: [[
        3.4,
        "training on 3 shards of s3://example-datasets/orders/broken",
      ]],
    }],
    children: [
      shard({
        task: FIT,
        index: 0,
        loss: 0.3,
        attempts: [trained(0, { at: 4.5, seconds: 31.2, loss: 0.3 })],
      }),
      shard({
        task: FIT,
        index: BAD_SHARD,
        attempts: [
          { at: 4.9, ending: { kind: "restarted" } },
          { at: 17.3, ending: { kind: "restarted" } },
          {
            at: 30.1,
            ending: { kind: "failed", at: 43.9, error: badRow },
            log: [[33.4, "shard 1: 20000 rows"]],
          },
        ],
      }),
      shard({
        task: FIT,
        index: 2,
        loss: 0.28,
        attempts: [trained(2, { at: 5.2, seconds: 32.8, loss: 0.28 })],
      }),
    ],
  },
};

/** Killed by the kernel, of which Kubernetes tells one line. */
export const OUT_OF_MEMORY: RunStory = {
  run: SEEDED.runs.outOfMemory,
  ago: 5 * HOUR,
  source: RunSource.WEB,
  startedBy: SEEDED.people.grace,
  root: {
    task: TRAIN,
    inputs: trainingInputs("s3://example-datasets/orders/all-years"),
    attempts: [{
      at: 0.3,
      ending: {
        kind: "failed",
        at: 64.1,
        error: {
          message: outOfMemory(`${SEEDED.runs.outOfMemory.name}-a0-0`),
        },
      },
      log: [
        [3.1, "reading s3://example-datasets/orders/all-years"],
        [59.8, "read 84000000 rows, 3.9 GiB"],
      ],
    }],
  },
};

/** A container that exits by itself is launched again without end. */
export const CRASH_LOOP: RunStory = {
  run: SEEDED.runs.crashLoop,
  ago: 0.75 * HOUR,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  root: {
    task: TRAIN,
    inputs: trainingInputs("s3://example-datasets/orders/2026"),
    attempts: [{
      at: 0.4,
      ending: {
        kind: "crash loop",
        lastLaunch: 0.75 * HOUR - 4,
        lines: [
          "Traceback (most recent call last):",
          '  File "/root/training.py", line 3, in <module>',
          "    import torch_geometric",
          "ModuleNotFoundError: No module named 'torch_geometric'",
        ],
      },
      log: [],
    }],
  },
};
