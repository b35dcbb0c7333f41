import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type {
  ContainerContext,
  LogContext,
  PodLogContext,
} from "../../../idl/flyteidl2/core/execution_pb.ts";
import {
  type LogLine,
  LogLineOriginator,
  LogLineSchema,
} from "../../../idl/flyteidl2/logs/dataplane/payload_pb.ts";
import { fromTimestamp, toTimestamp } from "../clock.ts";
import type { Pod, PodLine, Pods } from "./pods.ts";

const BATCH = 100;
/** How much of a log is shown when its start is not known. */
const TAIL = 1_000;
const MICROS_PER_SECOND = 1_000_000;

/**
 * The log of the primary container: from its start if that is known, else the
 * last 1,000 lines; followed while the pod runs.
 *
 * @throws {ConnectError} `not_found` when there is no such pod or container
 */
export async function* tailLogs(
  pods: Pods,
  context: LogContext,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  const { pod: { namespace, podName }, container } = primary(context);
  const pod = pods.get(namespace, podName);
  if (!pod) {
    throw notFound(`pod ${podName} not found in namespace ${namespace}`);
  }
  // Taken together: what is written while the history is read comes after it.
  let read = pod.written;
  yield* batches(history(pod, container));
  while (!signal.aborted) {
    const lines = pod.writtenFrom(read);
    read += lines.length;
    yield* batches(lines);
    if (pod.written > read) continue;
    if (!pod.running) return;
    await pod.changed(signal);
  }
}

function history(pod: Pod, { process }: ContainerContext): Iterable<PodLine> {
  const start = process?.containerStartTime;
  if (!start) return [...pod.lines()].slice(-TAIL);
  // Kubernetes compares whole seconds.
  const since = Math.floor(fromTimestamp(start) / MICROS_PER_SECOND) *
    MICROS_PER_SECOND;
  return pod.lines().filter(({ time }) => time >= since);
}

function* batches(lines: Iterable<PodLine>): Generator<readonly LogLine[]> {
  let batch: LogLine[] = [];
  for (const { time, message } of lines) {
    batch.push(create(LogLineSchema, {
      timestamp: toTimestamp(time),
      message,
      originator: LogLineOriginator.USER,
    }));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function primary(
  { pods, primaryPodName }: LogContext,
): { pod: PodLogContext; container: ContainerContext } {
  if (primaryPodName === "") {
    throw notFound("primary pod name is empty in log context");
  }
  const pod = pods.find((one) => one.podName === primaryPodName);
  if (!pod) {
    throw notFound(`primary pod ${primaryPodName} not found in log context`);
  }
  const name = pod.primaryContainerName;
  const container = pod.containers.find((one) => one.containerName === name);
  if (container) return { pod, container };
  throw notFound(`primary container ${name} not found in pod ${pod.podName}`);
}

function notFound(message: string): ConnectError {
  return new ConnectError(message, Code.NotFound);
}
