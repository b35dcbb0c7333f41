import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import type { AttemptStory, ChildStory, Seconds } from "../story.ts";
import type { SdkTask } from "../tasks/sdk_task.ts";
import { float, integer } from "../values.ts";

/** The group that all shards of a training are in. */
const GROUP = "shards";
const EPOCHS = 3;

/** A shard, and what happened to it. */
export interface ShardOptions {
  readonly task: SdkTask;
  readonly index: number;
  readonly attempts: readonly AttemptStory[];
  /** The loss it ended with, if it succeeded. */
  readonly loss?: number;
  readonly children?: readonly ChildStory[];
}

/** The label of a shard's action. */
export function shardLabel(index: number): string {
  return `shard ${index}`;
}

/** A shard of a training. */
export function shard(
  { task, index, attempts, loss, children = [] }: ShardOptions,
): ChildStory {
  return {
    kind: "task",
    label: shardLabel(index),
    group: GROUP,
    task,
    inputs: { index: integer(index), epochs: integer(EPOCHS) },
    ...loss !== undefined && { outputs: { o0: float(loss) } },
    attempts,
    children,
  };
}

/** An attempt that trained to the end. */
export function trained(
  index: number,
  { at, seconds, loss }: { at: Seconds; seconds: Seconds; loss: number },
): AttemptStory {
  const end = at + seconds;
  return {
    at,
    ending: {
      kind: "succeeded",
      at: end,
      cacheStatus: CatalogCacheStatus.CACHE_POPULATED,
    },
    log: epochs(index, { from: at + 3, until: end - 1, loss }),
  };
}

/** What a shard prints of its epochs. */
export function epochs(
  index: number,
  { from, until, loss }: { from: Seconds; until: Seconds; loss: number },
): [Seconds, string][] {
  const step = (until - from) / EPOCHS;
  return Array.from({ length: EPOCHS }, (_, epoch) => {
    const left = EPOCHS - 1 - epoch;
    const value = (loss * 1.7 ** left).toFixed(4);
    return [
      from + step * (epoch + 1),
      `shard ${index} epoch ${epoch + 1}/${EPOCHS} loss ${value}`,
    ];
  });
}
