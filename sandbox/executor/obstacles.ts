import { Resources_ResourceName } from "../../idl/flyteidl2/core/tasks_pb.ts";
import type { ClusterResources } from "../plane/kubernetes/idle_cluster.ts";
import type { ActionKey } from "../plane/workflow/actions.ts";
import {
  insufficient,
  pullDenied,
  secretDenied,
} from "../seed/kubernetes_words.ts";
import type { Ending } from "../seed/story.ts";
import { type SdkTask, specOf } from "../seed/tasks/sdk_task.ts";

/** Images that are not in their registry. */
const MISSING_IMAGES: ReadonlySet<string> = new Set([
  "ghcr.io/example/training:v4-rc1",
  "ghcr.io/example/serving:v5-gpu",
]);

/** What each node of the cluster has. */
const NODE: ReadonlyMap<Resources_ResourceName, readonly [string, number]> =
  new Map([
    [Resources_ResourceName.CPU, ["cpu", 32]],
    [Resources_ResourceName.MEMORY, ["memory", 128 * 2 ** 30]],
    [Resources_ResourceName.GPU, ["nvidia.com/gpu", 0]],
  ]);

/** How long an image is asked for before the task is given up. */
const GRACE_SECONDS = 180;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** What keeps a task from running in a cluster, if anything does. */
export function obstacle(
  task: SdkTask,
  { cluster, id }: { cluster: ClusterResources; id: ActionKey },
): Ending | undefined {
  const { taskTemplate } = specOf(task);
  const { project, domain } = id.run;
  for (const secret of taskTemplate?.securityContext?.secrets ?? []) {
    const { key: name, envVar } = secret;
    if (cluster.secrets.isFound({ project, domain, name })) continue;
    return { kind: "denied", at: 0.2, why: secretDenied(name, envVar) };
  }
  const target = taskTemplate?.target;
  if (target?.case !== "container") return undefined;
  for (const { name, value } of target.value.resources?.requests ?? []) {
    const [resource, available] = NODE.get(name) ?? ["", Infinity];
    if (quantity(value) <= available) continue;
    return { kind: "unschedulable", why: insufficient(resource) };
  }
  const { image } = target.value;
  if (!MISSING_IMAGES.has(image)) return undefined;
  const why = pullDenied(image);
  return { kind: "image pull failed", at: GRACE_SECONDS + 4, why };
}

/** A quantity as Kubernetes writes it, such as `500m` or `4Gi`. */
function quantity(text: string): number {
  const [, amount = "0", unit = ""] = /^([\d.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(amount) * (UNITS[unit] ?? 1);
}
