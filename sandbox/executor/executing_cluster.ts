import {
  createIdleCluster,
  type IdleCluster,
} from "../plane/kubernetes/idle_cluster.ts";
import { rowKey } from "../plane/row_key.ts";
import type { RunKey } from "../plane/workflow/actions.ts";
import { Executor } from "./executor.ts";
import { plainScript, type Script } from "./script.ts";

/** A cluster whose runs happen, from a moment on. */
export interface ExecutingCluster extends IdleCluster {
  /** Executes the runs that are created from now on. */
  start(): void;
}

/**
 * Creates a cluster that executes runs as a script tells. Until it is started
 * it is idle, so that a seed can fill it.
 */
export function createExecutingCluster(
  { script = plainScript }: { readonly script?: Script } = {},
): ExecutingCluster {
  const idle = createIdleCluster();
  const known = new Set<string>();
  let started = false;
  return {
    ...idle,
    start() {
      started = true;
    },
    connect(world) {
      const kubernetes = idle.connect(world);
      const executor = new Executor(world, { cluster: idle, script });
      return {
        ...kubernetes,
        enqueue(run) {
          // A run of a name that exists is there already.
          const isNew = !known.has(keyOf(run.id.run));
          known.add(keyOf(run.id.run));
          if (isNew && started) executor.begin(run);
        },
        abort(id, reason) {
          executor.lives.abort(id);
          kubernetes.abort(id, reason);
        },
        async signal(signal) {
          await kubernetes.signal(signal);
          if (signal.value) executor.lives.answer(signal.id, signal.value);
        },
      };
    },
  };
}

function keyOf({ project, domain, name }: RunKey): string {
  return rowKey(project, domain, name);
}
