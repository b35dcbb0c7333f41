import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { rowKey } from "../row_key.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { abortInCluster } from "./abort_actions.ts";
import { checkAnswer } from "./answer_condition.ts";
import type { Kubernetes, KubernetesWorld, Signal } from "./kubernetes.ts";
import { Pods } from "./pods.ts";
import { type Clients, createClients, identifierOf } from "./reports.ts";
import { tailLogs } from "./tail_logs.ts";

/** How long the real cluster takes to act on an abort or a signal, about. */
const REACTION_MS = 25;

/** A cluster that holds pods and reacts, but starts nothing. */
export interface IdleCluster {
  readonly pods: Pods;
  /** Connects it to its plane: the plane's option `kubernetes`. */
  readonly connect: (world: KubernetesWorld) => Kubernetes;
}

/**
 * Creates a cluster whose pods are only what others put there. Runs stay
 * queued; aborts cascade, conditions take answers and logs can be read.
 */
export function createIdleCluster(): IdleCluster {
  const pods = new Pods();
  return { pods, connect: (world) => connect(world, pods) };
}

function connect(world: KubernetesWorld, pods: Pods): Kubernetes {
  const clients = createClients(world.transport);
  const answers = new Map<string, Literal>();
  return {
    enqueue() {},
    abort(id) {
      const { now } = world;
      react(world, () => abortInCluster(id, { clients, pods, now }));
    },
    async signal(signal) {
      const key = keyOf(signal.id);
      if (!await checkAnswer(clients, signal, answers.get(key))) return;
      if (signal.value) answers.set(key, signal.value);
      react(world, async () => {
        await reportAnswer(clients, signal);
        answers.delete(key);
      });
    },
    tailLogs: (context, signal) => tailLogs(pods, context, signal),
  };
}

/** Does something a moment later, unless the plane is gone by then. */
function react(
  { sleep, signal }: KubernetesWorld,
  work: () => Promise<void>,
): void {
  sleep(REACTION_MS, signal).then(work).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** The answer is persisted with the status that ends the condition. */
async function reportAnswer(
  { internal }: Clients,
  { id, value, signalledBy }: Signal,
): Promise<void> {
  await internal.updateActionStatus({
    actionId: identifierOf(id),
    status: { phase: ActionPhase.SUCCEEDED },
    output: value,
    principal: signalledBy,
  });
}

function keyOf({ run, name }: ActionKey): string {
  return rowKey(run.project, run.domain, run.name, name);
}
