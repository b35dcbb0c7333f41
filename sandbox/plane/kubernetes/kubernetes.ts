import type { Transport } from "@connectrpc/connect";
import type { EnrichedIdentity } from "../../../idl/flyteidl2/common/identity_pb.ts";
import type { LogContext } from "../../../idl/flyteidl2/core/execution_pb.ts";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { RunSpec } from "../../../idl/flyteidl2/task/run_pb.ts";
import type { TaskSpec } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import type { LogLine } from "../../../idl/flyteidl2/logs/dataplane/payload_pb.ts";
import type { Objects } from "../object_store/objects.ts";
import type { ActionKey } from "../workflow/actions.ts";
import type { KnativeServices } from "./knative.ts";
import type { PodKey } from "./pods.ts";
import type { Secrets } from "./secrets.ts";

/** A run handed over for execution. */
export interface EnqueuedRun {
  readonly id: ActionKey;
  readonly spec: TaskSpec;
  readonly runSpec: RunSpec;
  /** Where its inputs lie: a prefix to which `/inputs.pb` is appended. */
  readonly inputUri: string;
}

/** An answer to a condition. */
export interface Signal {
  readonly id: ActionKey;
  /** `undefined` when the request held none. */
  readonly value: Literal | undefined;
  readonly signalledBy: EnrichedIdentity | undefined;
}

/**
 * What stands behind a control plane: the actions service with its executor,
 * and the pods. Whoever implements it reports back through InternalRunService,
 * as the real ones do.
 */
export interface Kubernetes {
  /** Called for every CreateRun, even for a run that exists already. */
  enqueue(run: EnqueuedRun): void;
  /** Called when an action was marked aborted: its pods and descendants are to follow. */
  abort(id: ActionKey, reason: string): void;
  /** Answers a condition; rejects with a ConnectError where that cannot be. */
  signal(signal: Signal): Promise<void>;
  /** The log of the primary container, in batches, followed while its pod runs. */
  tailLogs(
    context: LogContext,
    signal: AbortSignal,
  ): AsyncIterable<readonly LogLine[]>;
  /** The last thousand lines of a pod, in batches, followed while it runs. */
  tailPod(
    pod: PodKey,
    signal: AbortSignal,
  ): AsyncIterable<readonly LogLine[]>;
  readonly apps: KnativeServices;
  readonly secrets: Secrets;
}

/** What Kubernetes may use of its plane: RPCs, like everybody else. */
export interface KubernetesWorld {
  readonly transport: Transport;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when the plane is disposed of. */
  readonly signal: AbortSignal;
  /** The object store, which tasks share with the services. */
  readonly objects: Objects;
}
