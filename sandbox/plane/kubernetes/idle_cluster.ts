import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { rowKey } from "../row_key.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { abortInCluster } from "./abort_actions.ts";
import { checkAnswer } from "./answer_condition.ts";
import { KnativeServices } from "./knative.ts";
import type { Kubernetes, KubernetesWorld, Signal } from "./kubernetes.ts";
import { Pods } from "./pods.ts";
import { type Clients, createClients, identifierOf } from "./reports.ts";
import { Secrets } from "./secrets.ts";
import { tailLogs, tailPod } from "./tail_logs.ts";

/** How long the real cluster takes to act on an abort or a signal, about. */
const REACTION_MS = 25;

/** What a cluster holds. */
export interface ClusterResources {
  readonly pods: Pods;
  readonly apps: KnativeServices;
  readonly secrets: Secrets;
}

/** A cluster that holds resources and reacts, but starts nothing. */
export interface IdleCluster extends ClusterResources {
  /** Connects it to its plane: the plane's option `kubernetes`. */
  readonly connect: (world: KubernetesWorld) => Kubernetes;
}

/**
 * Creates a cluster whose pods are only what others put there. Runs stay
 * queued and apps starting; aborts cascade, conditions take answers, logs can
 * be read.
 */
export function createIdleCluster(): IdleCluster {
  const resources = {
    pods: new Pods(),
    apps: new KnativeServices(),
    secrets: new Secrets(),
  };
  return { ...resources, connect: (world) => connect(world, resources) };
}

function connect(
  world: KubernetesWorld,
  { pods, apps, secrets }: ClusterResources,
): Kubernetes {
  const clients = createClients(world.transport);
  const answers = new Map<string, Literal>();
  return {
    apps,
    secrets,
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
    tailPod: (pod, signal) => tailPod(pods, pod, signal),
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
