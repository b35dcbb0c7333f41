import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { SEEDED } from "../seeded.ts";
import type { ChildStory, RunStory, Seconds } from "../story.ts";
import { file, float, integer, list } from "../values.ts";
import { shard, trained } from "./shards.ts";
import { FIT, SHARDS, TRAIN, trainingInputs } from "./training.ts";

const DATASET = "s3://example-datasets/orders/2026";
const TWO_HOURS = 7_200;
const RETRIED = 4;
const CACHED = 7;

/** Twelve shards: one retried, one from the cache, one with a trace below it. */
export const FAN_OUT: RunStory = {
  run: SEEDED.runs.fanOut,
  ago: TWO_HOURS,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  root: {
    task: TRAIN,
    inputs: trainingInputs(DATASET),
    outputs: {
      o0: float(0.9312),
      o1: file("s3://example-models/orders/train-fan-out/model.pt"),
    },
    attempts: [{
      at: 0.4,
      ending: { kind: "succeeded", at: 131.2 },
      log: [
        [3.4, `training on ${SHARDS} shards of ${DATASET}`],
        [128.4, `averaged ${SHARDS} shards: accuracy 0.9312`],
      ],
    }],
    children: Array.from({ length: SHARDS }, (_, index) => fitted(index)),
  },
};

function fitted(index: number): ChildStory {
  const loss = 0.21 + index / 100;
  const at = 4.3 + index * 0.7;
  const seconds = 48 + index * 1.9;
  const attempts = [trained(index, { at, seconds, loss })];
  const common = { task: FIT, index, loss, attempts };
  switch (index) {
    case 0:
      return shard({ ...common, children: [readIndex(at + 3.4)] });
    case RETRIED: {
      const again = trained(index, { at: at + 36.6, seconds, loss });
      const restarted = { at, ending: { kind: "restarted" } } as const;
      return shard({ ...common, attempts: [restarted, again] });
    }
    case CACHED:
      return shard({
        ...common,
        attempts: [{ at, ending: { kind: "cache hit" } }],
      });
    default:
      return shard(common);
  }
}

function readIndex(at: Seconds): ChildStory {
  return {
    kind: "trace",
    label: "read_index",
    name: "read_index",
    at,
    until: at + 0.000_147,
    outputs: { o0: list([integer(0), integer(4_096)]) },
  };
}
