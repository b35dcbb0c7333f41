import { integer, string } from "../values.ts";
import {
  dataclass,
  FILE,
  FLOAT,
  INTEGER,
  listOf,
  STRING,
} from "./literal_types.ts";
import type { Place } from "./places.ts";
import type { SdkTask } from "./sdk_task.ts";

export const OPTIMIZER = dataclass("Optimizer", {
  learning_rate: { type: "number", default: 0.1 },
  warmup_steps: { type: "integer", default: 100 },
});

/** Trains on shards of a dataset and joins the results. */
export function trainModel(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "training.train_model", version },
    image: imageOf(version),
    inputs: {
      dataset: STRING,
      epochs: INTEGER,
      shards: INTEGER,
      // Came with the second version.
      ...version !== "v1" && { optimizer: OPTIMIZER },
    },
    outputs: { o0: FLOAT, o1: FILE },
    defaults: { epochs: integer(3), shards: integer(12) },
    cpu: "2",
    memory: version === "v3" ? "4Gi" : "2Gi",
    timeoutSeconds: 3_600,
    description: "Train a model on every shard and average the weights.",
    secrets: { wandb: "WANDB_API_KEY" },
  };
}

/** Trains on one shard. */
export function fitShard(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "training.fit_shard", version },
    image: imageOf(version),
    inputs: { index: INTEGER, epochs: INTEGER },
    outputs: { o0: FLOAT },
    memory: "1Gi",
    retries: 2,
    cached: true,
    description: "Fit one shard.",
  };
}

/** The same on a GPU. */
export function fineTune(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "training.fine_tune", version },
    image: imageOf(version),
    inputs: { base_model: STRING, layers: listOf(INTEGER) },
    outputs: { o0: FILE },
    defaults: { base_model: string("small") },
    cpu: "8",
    memory: "32Gi",
    gpu: "4",
  };
}

/** Loads a day of orders. */
export function loadOrders(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "etl.load_orders", version },
    image: `ghcr.io/example/etl:${version}`,
    inputs: { day: STRING },
    outputs: { o0: INTEGER },
    defaults: { day: string("yesterday") },
    description: "Load the orders of one day into the lake.",
  };
}

function imageOf(version: string): string {
  return `ghcr.io/example/training:${version}`;
}
