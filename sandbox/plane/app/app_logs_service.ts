import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type TailLogsRequest,
  type TailLogsResponse,
  TailLogsResponseSchema,
} from "../../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import type { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import {
  type ReplicaIdentifier,
  ReplicaIdentifierSchema,
} from "../../../idl/flyteidl2/app/replica_definition_pb.ts";
import { NAMESPACE } from "../kubernetes/attempt.ts";
import type { Kubernetes } from "../kubernetes/kubernetes.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { merge } from "./merge.ts";

/** How many logs may be read at a time. */
const MAX_READERS = 100;

/** AppLogsService: the last lines of every replica, followed while they run. */
export function appLogsService(
  kubernetes: Kubernetes,
): ServiceImpl<typeof AppLogsService> {
  let readers = 0;
  return {
    async *tailLogs(request, { signal }) {
      if (readers >= MAX_READERS) {
        throw new ConnectError(
          "too many concurrent log streams",
          Code.ResourceExhausted,
        );
      }
      readers++;
      try {
        yield* tailLogs(kubernetes, request, signal);
      } finally {
        readers--;
      }
    },
  };
}

async function* tailLogs(
  kubernetes: Kubernetes,
  request: TailLogsRequest,
  signal: AbortSignal,
): AsyncGenerator<TailLogsResponse> {
  const replicas = replicasOf(kubernetes, request);
  if (replicas.length === 0) {
    throw new ConnectError("no replicas found", Code.NotFound);
  }
  yield create(TailLogsResponseSchema, {
    resp: { case: "replicas", value: { replicas } },
  });
  yield* merge(
    replicas.map((replica) => tailReplica(kubernetes, replica, signal)),
  );
}

async function* tailReplica(
  kubernetes: Kubernetes,
  replicaId: ReplicaIdentifier,
  signal: AbortSignal,
): AsyncGenerator<TailLogsResponse> {
  const pod = { namespace: NAMESPACE, name: replicaId.name };
  for await (const lines of kubernetes.tailPod(pod, signal)) {
    const logs = [{ replicaId, structuredLines: [...lines] }];
    yield create(TailLogsResponseSchema, {
      resp: { case: "batches", value: { logs } },
    });
  }
}

function replicasOf(
  { apps }: Kubernetes,
  { target }: TailLogsRequest,
): ReplicaIdentifier[] {
  switch (target.case) {
    case "appId": {
      const pods = apps.get(target.value)?.pods ?? [];
      const appId = target.value;
      return pods.map((name) =>
        create(ReplicaIdentifierSchema, { appId, name })
      );
    }
    case "replicaId": {
      const { appId, name } = target.value;
      if (appId && name !== "") return [target.value];
      throw invalidArgument("replica_id with app_id and name is required");
    }
    case undefined:
      throw invalidArgument("target (app_id or replica_id) is required");
  }
}
