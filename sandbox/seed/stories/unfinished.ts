import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { insufficient, pullDenied } from "../kubernetes_words.ts";
import { SEEDED } from "../seeded.ts";
import type { RunStory } from "../story.ts";
import { DEVELOPMENT } from "../tasks/places.ts";
import { fineTune, fitShard, trainModel } from "../tasks/training.ts";
import { integer, list, string } from "../values.ts";
import { epochs, shard, trained } from "./shards.ts";
import { FIT, TRAIN, trainingInputs } from "./training.ts";

const MINUTE = 60;
/** Children that are done, run, run again, wait for a node, or pull their image. */
export const RUNNING: RunStory = {
  run: SEEDED.runs.running,
  ago: 2 * MINUTE,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  root: {
    task: TRAIN,
    inputs: trainingInputs("s3://example-datasets/orders/2026", 6),
    attempts: [{
      at: 0.4,
      ending: { kind: "running" },
      log: [[3.4, "training on 6 shards of s3://example-datasets/orders/2026"]],
    }],
    children: [
      ...[0, 1].map((index) =>
        shard({
          task: FIT,
          index,
          loss: 0.24,
          attempts: [trained(index, { at: 4.3, seconds: 46.1, loss: 0.24 })],
        })
      ),
      shard({
        task: FIT,
        index: 2,
        attempts: [{
          at: 5.1,
          ending: { kind: "running" },
          log: epochs(2, { from: 8, until: 170, loss: 0.25 }).slice(0, 2),
        }],
      }),
      shard({
        task: FIT,
        index: 3,
        attempts: [
          { at: 5.6, ending: { kind: "restarted" } },
          {
            at: 61.2,
            ending: { kind: "running" },
            log: [[64.9, "shard 3: 20000 rows"]],
          },
        ],
      }),
      shard({
        task: FIT,
        index: 4,
        attempts: [{
          at: 6.2,
          ending: { kind: "unschedulable", why: insufficient("cpu") },
        }],
      }),
      shard({
        task: fitShard(DEVELOPMENT, "v4-rc1"),
        index: 5,
        attempts: [{
          at: 110.4,
          ending: { kind: "image pull", why: pullError("v4-rc1") },
        }],
      }),
    ],
  },
};

/** No node has a GPU; the phase is QUEUED, the reason is an event. */
export const QUEUED: RunStory = {
  run: SEEDED.runs.queued,
  ago: 25 * MINUTE,
  source: RunSource.WEB,
  startedBy: SEEDED.people.grace,
  root: {
    task: fineTune(DEVELOPMENT, "v1"),
    inputs: {
      base_model: string("small"),
      layers: list([integer(10), integer(11)]),
    },
    attempts: [{
      at: 0.3,
      ending: { kind: "unschedulable", why: insufficient("nvidia.com/gpu") },
    }],
  },
};

/** The image does not exist; the phase is INITIALIZING, the reason is an event. */
export const IMAGE_PULL: RunStory = {
  run: SEEDED.runs.imagePull,
  ago: 1.5 * MINUTE,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  root: {
    task: trainModel(DEVELOPMENT, "v4-rc1"),
    inputs: trainingInputs("s3://example-datasets/orders/2026"),
    attempts: [{
      at: 0.3,
      ending: { kind: "image pull", why: pullError("v4-rc1") },
    }],
  },
};

function pullError(version: string): string {
  return pullDenied(`ghcr.io/example/training:${version}`);
}
