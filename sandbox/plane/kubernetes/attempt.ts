import { create } from "@bufbuild/protobuf";
import type { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import {
  type LogContext,
  LogContextSchema,
  TaskLog_MessageFormat,
} from "../../../idl/flyteidl2/core/execution_pb.ts";
import {
  type ActionEvent,
  ActionEventSchema,
  type ErrorInfo,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Micros, toTimestamp } from "../clock.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { identifierOf } from "./reports.ts";

/** The namespace of every pod. */
export const NAMESPACE = "flyte";
const CLUSTER = "sandbox";
const MICROS_PER_SECOND = 1_000_000;

/** One attempt at an action, which is one pod. */
export interface Attempt {
  readonly id: ActionKey;
  /** Counted from 1. */
  readonly number: number;
  readonly image: string;
  /** The folder its outputs go to. */
  readonly outputPrefix: string;
}

/** What happened to an attempt. */
export interface Happening {
  readonly phase: ActionPhase;
  /** Tells events of one phase apart. @default {0} */
  readonly version?: number;
  /** What the cluster says, and when. */
  readonly messages?: readonly (readonly [Micros, string])[];
  readonly error?: Pick<ErrorInfo, "message" | "kind"> | undefined;
  readonly cacheStatus?: CatalogCacheStatus | undefined;
  /** Absent before there is a pod and after an abort. */
  readonly pod?: ContainerTimes;
}

/** When the container of a pod ran; nothing while it waits. */
export interface ContainerTimes {
  readonly startedAt?: Micros | undefined;
  readonly endedAt?: Micros | undefined;
}

/** What Kubernetes calls the pod of an attempt. */
export function podNameOf({ id, number }: Attempt): string {
  return `${id.run.name}-${id.name}-${number - 1}`;
}

/** Kubernetes tells whole seconds. */
export function wholeSecond(time: Micros): Micros {
  return Math.floor(time / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}

/** The report of something that happened to an attempt. */
export function attemptEvent(
  attempt: Attempt,
  at: Micros,
  happening: Happening,
): ActionEvent {
  const { phase, version = 0, messages = [], error, pod } = happening;
  const { id, number, outputPrefix } = attempt;
  const time = toTimestamp(at);
  return create(ActionEventSchema, {
    id: identifierOf(id),
    attempt: number,
    phase,
    version,
    updatedTime: time,
    reportedTime: time,
    errorInfo: error,
    cacheStatus: happening.cacheStatus ?? CatalogCacheStatus.CACHE_DISABLED,
    cluster: CLUSTER,
    // Every report names where outputs would be, whether there are any or not.
    outputs: {
      outputUri: `${outputPrefix}/outputs.pb`,
      reportUri: `${outputPrefix}/report.html`,
    },
    clusterEvents: messages.map(([occurredAt, message]) => ({
      occurredAt: toTimestamp(occurredAt),
      message,
    })),
    logContext: pod && logContext(attempt, pod),
    logInfo: pod?.startedAt === undefined ? [] : [logLink(attempt)],
  });
}

function logContext(
  attempt: Attempt,
  { startedAt, endedAt }: ContainerTimes,
): LogContext {
  const podName = podNameOf(attempt);
  const timeOf = (time: Micros | undefined) =>
    time === undefined ? undefined : toTimestamp(wholeSecond(time));
  const container = {
    containerName: podName,
    process: {
      containerStartTime: timeOf(startedAt),
      containerEndTime: timeOf(endedAt),
    },
  };
  return create(LogContextSchema, {
    primaryPodName: podName,
    pods: [{
      namespace: NAMESPACE,
      podName,
      primaryContainerName: podName,
      containers: startedAt === undefined ? [] : [container],
    }],
  });
}

/** A link to the dashboard of Kubernetes, which seldom leads anywhere. */
function logLink(attempt: Attempt) {
  const pod = podNameOf(attempt);
  return {
    uri:
      `http://localhost:30082/#!/log/${NAMESPACE}/${pod}/pod?namespace=${NAMESPACE}`,
    name: "Kubernetes Logs",
    messageFormat: TaskLog_MessageFormat.JSON,
    ready: true,
  };
}
