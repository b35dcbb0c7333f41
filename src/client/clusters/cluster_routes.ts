import {
  create,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import {
  SelectClusterRequest_Operation as Operation,
  type SelectClusterRequestSchema,
} from "../../../idl/flyteidl2/cluster/payload_pb.ts";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { ListSecretsRequest } from "../../../idl/flyteidl2/secret/payload_pb.ts";
import { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";

/** What SelectCluster is asked. */
export type ClusterQuestion = MessageInitShape<
  typeof SelectClusterRequestSchema
>;

type Resource = ClusterQuestion["resource"];

/** How a call's message says which cluster it is for; `null`: it does not. */
interface ClusterRoute {
  readonly method: DescMethod;
  question(input: MessageInitShape<DescMessage>): ClusterQuestion | null;
}

/** The calls that a cluster answers; all others are the control plane's. */
const ROUTES: readonly ClusterRoute[] = [
  route(DataProxyService.method.getActionData, {
    operation: Operation.GET_ACTION_DATA,
    resource: ({ actionId }) =>
      actionId && { case: "actionId", value: actionId },
  }),
  route(DataProxyService.method.tailLogs, {
    operation: Operation.TAIL_LOGS,
    resource: ({ actionId }) =>
      actionId && { case: "actionId", value: actionId },
  }),
  route(DataProxyService.method.createDownloadLink, {
    operation: Operation.CREATE_DOWNLOAD_LINK,
    resource: ({ source }) => {
      const id = source.case === "actionAttemptId" && source.value.actionId;
      return id ? { case: "actionId", value: id } : undefined;
    },
  }),
  route(SecretService.method.listSecrets, {
    operation: Operation.USE_SECRETS,
    resource: ownerOfSecrets,
  }),
  route(AppLogsService.method.tailLogs, {
    operation: Operation.TAIL_LOGS,
    resource: ({ target }) => {
      const id = target.case === "replicaId"
        ? target.value.appId
        : target.value;
      return id && { case: "appId", value: id };
    },
  }),
];

/**
 * The question that tells where a call goes; `null`: to the control plane.
 *
 * @param input the call's message, whole or as its parts
 */
export function clusterQuestion(
  method: DescMethod,
  input: MessageInitShape<DescMessage>,
): ClusterQuestion | null {
  return ROUTES.find((route) => route.method === method)?.question(input) ??
    null;
}

function route<I extends DescMessage>(
  method: DescMethod & { readonly input: I },
  { operation, resource }: {
    readonly operation: Operation;
    readonly resource: (message: MessageShape<I>) => Resource;
  },
): ClusterRoute {
  return {
    method,
    question(input) {
      // The transport is handed what the method takes.
      const message = create(method.input, input as MessageInitShape<I>);
      const found = resource(message);
      return found ? { operation, resource: found } : null;
    },
  };
}

/** Secrets belong to a project, to a domain, or to the organization. */
function ownerOfSecrets(
  { organization, project, domain }: ListSecretsRequest,
): Resource {
  if (project && domain) {
    const value = { organization, domain, name: project };
    return { case: "projectId", value };
  }
  return domain
    ? { case: "domainId", value: { organization, name: domain } }
    : { case: "orgId", value: { name: organization } };
}
