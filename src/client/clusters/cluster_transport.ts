import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { create, toJsonString } from "@bufbuild/protobuf";
import { SelectClusterRequestSchema } from "../../../idl/flyteidl2/cluster/payload_pb.ts";
import { ClusterService } from "../../../idl/flyteidl2/cluster/service_pb.ts";
import type { Clock } from "../../clock.ts";
import { ToolError } from "../../errors.ts";
import { UnexpectedResponse } from "../../http/unexpected_response.ts";
import { clusterAddress } from "./cluster_address.ts";
import { type ClusterQuestion, clusterQuestion } from "./cluster_routes.ts";
import type { Caller } from "../sharing/caller.ts";
import { SharedLookups } from "../sharing/shared_lookups.ts";

/** For how long a cluster stays where it is, in milliseconds. */
const LIFE_MS = 300_000;

/** What calls are routed with. */
export interface ClusterRouting {
  /** URL of the control plane. */
  readonly endpoint: string;
  /** The control plane's. */
  readonly transport: Transport;
  /** A transport to another place, which acts as the same person. */
  readonly transportTo: (url: string) => Transport;
  /** Hosts that may be a cluster. */
  readonly trusted: readonly string[];
  readonly clock: Clock;
  readonly caller: Caller;
}

/**
 * A transport whose calls reach the cluster that Flyte keeps them on: inputs
 * and outputs, logs, secrets. Calls that no cluster answers go to the control
 * plane, and so do all calls of a Flyte that has no clusters.
 */
export function routeToClusters(routing: ClusterRouting): Transport {
  const placeOf = createPlaces(routing);
  return {
    async unary(...call) {
      const [method, signal, , , input] = call;
      const place = await placeOf(clusterQuestion(method, input), signal);
      return await place.unary(...call);
    },
    async stream(...call) {
      const [method, signal, timeoutMs, header, input, values] = call;
      const messages = await Array.fromAsync(input);
      const [first] = messages;
      const question = first ? clusterQuestion(method, first) : null;
      const place = await placeOf(question, signal);
      const again = createAsyncIterable(messages);
      return await place.stream(
        ...[method, signal, timeoutMs, header, again, values] as const,
      );
    },
  };
}

/** Finds the transport to where a question leads; known for a while. */
function createPlaces(routing: ClusterRouting) {
  const { transport, clock, caller } = routing;
  const lookups = new SharedLookups<Transport>({
    now: clock.now,
    lifeOf: () => LIFE_MS,
  });
  caller.onNext(() => lookups.clear());
  // All calls to a cluster know together whether it has spoken Connect.
  const clusters = new Map<string, Transport>();
  const transportTo = (url: string) => {
    const cluster = clusters.get(url) ?? routing.transportTo(url);
    clusters.set(url, cluster);
    return cluster;
  };
  return async (
    question: ClusterQuestion | null,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Transport> => {
    if (!question) return transport;
    const request = create(SelectClusterRequestSchema, question);
    const asked = toJsonString(SelectClusterRequestSchema, request);
    const generation = await caller.now(signal);
    return await lookups.get(`${generation} ${asked}`, {
      find: (signal) =>
        selectCluster(question, { ...routing, transportTo }, signal),
      signal,
    });
  };
}

async function selectCluster(
  question: ClusterQuestion,
  { endpoint, transport, transportTo, trusted }: ClusterRouting,
  signal: AbortSignal,
): Promise<Transport> {
  const address = await askForCluster(question, transport, signal);
  const url = clusterAddress(address, { endpoint, trusted });
  return url === null ? transport : transportTo(url);
}

/** A Flyte without that service has no clusters but its own. */
async function askForCluster(
  question: ClusterQuestion,
  transport: Transport,
  signal: AbortSignal,
): Promise<string> {
  const clusters = createClient(ClusterService, transport);
  try {
    const answer = await clusters.selectCluster(question, { signal });
    return answer.clusterEndpoint;
  } catch (error) {
    if (isUnknownService(ConnectError.from(error))) return "";
    throw error;
  }
}

/**
 * Whether the service is not there. A 404 to the first call of all may be
 * anybody's; what the control plane says to the call itself will tell.
 */
function isUnknownService({ code, cause }: ConnectError): boolean {
  const answer = cause instanceof ToolError ? cause.cause : cause;
  return code === Code.Unimplemented ||
    answer instanceof UnexpectedResponse && answer.status === 404;
}
