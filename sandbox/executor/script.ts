import { CatalogCacheStatus } from "../../idl/flyteidl2/core/catalog_pb.ts";
import type { Literal } from "../../idl/flyteidl2/core/literals_pb.ts";
import type { ClusterResources } from "../plane/kubernetes/idle_cluster.ts";
import type { ActionKey } from "../plane/workflow/actions.ts";
import type { TaskStory } from "../seed/story.ts";
import type { SdkTask } from "../seed/tasks/sdk_task.ts";
import { specOf } from "../seed/tasks/sdk_task.ts";
import type { Values } from "../seed/values.ts";
import { madeUpOutputs } from "./made_up_outputs.ts";
import { obstacle } from "./obstacles.ts";

/** A run that is about to happen. */
export interface ScriptedRun {
  readonly id: ActionKey;
  readonly task: SdkTask;
  readonly inputs: Values;
  readonly cluster: ClusterResources;
}

/** Tells what is going to happen in a run; its seconds count from now on. */
export type Script = (run: ScriptedRun) => TaskStory;

/** When the pod of a root action is asked for. */
export const SUBMITTED = 0.05;

/**
 * What a run does of which nothing is known: what keeps its pod from running
 * in this cluster, else four seconds of work and outputs of the right types.
 */
export function plainScript(
  { task, inputs, cluster, id }: ScriptedRun,
): TaskStory {
  const ending = obstacle(task, { cluster, id });
  if (ending) return { task, inputs, attempts: [{ at: SUBMITTED, ending }] };
  const spec = specOf(task);
  const cacheStatus = spec.taskTemplate?.metadata?.discoverable
    ? CatalogCacheStatus.CACHE_POPULATED
    : CatalogCacheStatus.CACHE_DISABLED;
  return {
    task,
    inputs,
    outputs: madeUpOutputs(spec),
    attempts: [{
      at: SUBMITTED,
      ending: { kind: "succeeded", at: 6.5, cacheStatus },
      log: [
        [3.1, `working on ${Object.keys(inputs).join(", ") || "nothing"}`],
        [6.1, "done"],
      ],
    }],
  };
}

/** A text among the inputs. */
export function textOf(inputs: Values, name: string): string {
  const primitive = primitiveOf(inputs[name]);
  return primitive?.case === "stringValue" ? primitive.value : "";
}

/** A whole number among the inputs. */
export function numberOf(inputs: Values, name: string): number | undefined {
  const primitive = primitiveOf(inputs[name]);
  return primitive?.case === "integer" ? Number(primitive.value) : undefined;
}

function primitiveOf(literal: Literal | undefined) {
  const scalar = literal?.value.case === "scalar"
    ? literal.value.value.value
    : undefined;
  return scalar?.case === "primitive" ? scalar.value.value : undefined;
}
