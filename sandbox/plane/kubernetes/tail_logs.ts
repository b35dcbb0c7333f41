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
import type { Pod, PodKey, PodLine, Pods } from "./pods.ts";

const BATCH = 100;
/** How much of a log is shown when its start is not known. */
const TAIL = 1_000;
const MICROS_PER_SECOND = 1_000_000;

/**
 * The log of the primary container: from its start if that is known, else the
 * last 1,000 lines; followed while the pod runs. However long it is, no more
 * than what was asked for is held.
 *
 * @throws {ConnectError} `not_found` when there is no such pod or container,
 * `internal` when its node does not answer
 */
export async function* tailLogs(
  pods: Pods,
  context: LogContext,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  const { pod: { namespace, podName }, container } = primary(context);
  const pod = requirePod(pods, { namespace, name: podName });
  yield* follow(pod, () => history(pod, container), signal);
}

/** The last lines of a pod, followed while it runs; it fails as {@linkcode tailLogs} does. */
export async function* tailPod(
  pods: Pods,
  key: PodKey,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  const pod = requirePod(pods, key);
  yield* follow(pod, () => lastLines(pod), signal);
}

async function* follow(
  pod: Pod,
  history: () => Iterable<PodLine>,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  // Taken together: what is written while the history is read comes after it.
  let read = pod.written;
  yield* batches(history());
  while (!signal.aborted) {
    const lines = pod.writtenFrom(read);
    read += lines.length;
    yield* batches(lines);
    if (pod.written > read) continue;
    if (!pod.running) return;
    await pod.changed(signal);
  }
}

function requirePod(pods: Pods, { namespace, name }: PodKey): Pod {
  const pod = pods.get(namespace, name);
  if (!pod) throw notFound(`pod ${name} not found in namespace ${namespace}`);
  const { unreachable } = pod;
  if (unreachable === undefined) return pod;
  throw new ConnectError(
    `failed to stream pod logs: Get "https://${unreachable}/containerLogs/${namespace}/${name}/${name}": ` +
      `dial tcp ${unreachable}: connect: connection refused`,
    Code.Internal,
  );
}

function history(pod: Pod, { process }: ContainerContext): Iterable<PodLine> {
  const start = process?.containerStartTime;
  if (!start) return lastLines(pod);
  // Kubernetes compares whole seconds.
  const since = Math.floor(fromTimestamp(start) / MICROS_PER_SECOND) *
    MICROS_PER_SECOND;
  return pod.lines().filter(({ time }) => time >= since);
}

/** The end of a log, read without holding the rest of it. */
function lastLines(pod: Pod): PodLine[] {
  const ring: PodLine[] = [];
  let count = 0;
  for (const line of pod.lines()) ring[count++ % TAIL] = line;
  const oldest = count % TAIL;
  return count <= TAIL
    ? ring
    : [...ring.slice(oldest), ...ring.slice(0, oldest)];
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
