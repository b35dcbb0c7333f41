import type { StreamRequest, UnaryRequest } from "@connectrpc/connect";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";

/** Reads that lack the NO_SIDE_EFFECTS mark in the IDL. */
const UNMARKED_READS = new Set([
  "flyteidl2.auth.IdentityService.UserInfo",
  "flyteidl2.project.ProjectService.ListProjects",
  "flyteidl2.cluster.ClusterService.SelectCluster",
  "flyteidl2.secret.SecretService.ListSecrets",
  "flyteidl2.secret.SecretService.GetSecret",
  "flyteidl2.workflow.RunService.WatchActions",
  "flyteidl2.dataproxy.DataProxyService.TailLogs",
]);

/** Whether a call changes nothing, so that it may be sent twice, or for many. */
export function isRead({ method }: UnaryRequest | StreamRequest): boolean {
  return method.idempotency ===
      MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    UNMARKED_READS.has(`${method.parent.typeName}.${method.name}`);
}
