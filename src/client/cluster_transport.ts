import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { create, toJsonString } from "@bufbuild/protobuf";
import { SelectClusterRequestSchema } from "../../idl/flyteidl2/cluster/payload_pb.ts";
import { ClusterService } from "../../idl/flyteidl2/cluster/service_pb.ts";
import type { Clock } from "../clock.ts";
import { clusterAddress } from "./cluster_address.ts";
import { type ClusterQuestion, clusterQuestion } from "./cluster_routes.ts";
import { SharedLookups } from "./shared_lookups.ts";

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
}

/**
 * A transport whose calls reach the cluster that Flyte keeps them on: inputs
 * and outputs, logs, secrets. Calls that no cluster answers go to the control
 * plane, and so do all calls of a Flyte that has no clusters.
 */
export function routeToClusters(routing: ClusterRouting): Transport {
  const { transport } = routing;
  const lookups = new SharedLookups<Transport>(routing.clock);
  const placeOf = async (
    question: ClusterQuestion | null,
    signal: AbortSignal | undefined,
  ): Promise<Transport> => {
    if (!question) return transport;
    const request = create(SelectClusterRequestSchema, question);
    return await lookups.get(
      toJsonString(SelectClusterRequestSchema, request),
      {
        find: (signal) => selectCluster(question, routing, signal),
        signal: signal ?? new AbortController().signal,
      },
    );
  };
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
    const { code } = ConnectError.from(error);
    if (code === Code.Unimplemented) return "";
    throw error;
  }
}
