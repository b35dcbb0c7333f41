import type { ServiceImpl } from "@connectrpc/connect";
import type { ClusterService } from "../../../idl/flyteidl2/cluster/service_pb.ts";

/** ClusterService: there is one cluster, at the address the request was sent to. */
export function clusterService(): ServiceImpl<typeof ClusterService> {
  return {
    selectCluster(_request, { requestHeader }) {
      const host = requestHeader.get("host")?.trim() ?? "";
      if (host === "") return {};
      const scheme = schemeOf(requestHeader.get("x-forwarded-proto") ?? "");
      return { clusterEndpoint: `${scheme}://${host}` };
    },
  };
}

/** The scheme the first proxy was called with; without a proxy it is http. */
function schemeOf(forwarded: string): "http" | "https" {
  const first = forwarded.split(",")[0]?.trim().toLowerCase();
  return first === "https" ? "https" : "http";
}
