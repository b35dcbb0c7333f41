import { DEVELOPMENT } from "../tasks/places.ts";
import { fitShard, trainModel } from "../tasks/training.ts";
import { integer, record, string, type Values } from "../values.ts";

/** The shards of a training. */
export const SHARDS = 12;

/** The tasks that most runs are of. */
export const TRAIN = trainModel(DEVELOPMENT, "v3");
export const FIT = fitShard(DEVELOPMENT, "v3");

/** The inputs of a training. */
export function trainingInputs(dataset: string, shards = SHARDS): Values {
  return {
    dataset: string(dataset),
    epochs: integer(3),
    shards: integer(shards),
    optimizer: record({ learning_rate: 0.1, warmup_steps: 100 }),
  };
}
