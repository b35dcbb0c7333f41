import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import {
  type DataProxyService,
  type TailLogsRequest,
  type TailLogsResponse,
  TailLogsResponseSchema,
} from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { Kubernetes } from "../kubernetes/kubernetes.ts";
import type { Store } from "../store.ts";
import { crash } from "../wire/connection.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { attemptPods } from "../workflow/log_context.ts";
import { actionData } from "./action_data.ts";
import { downloadLink, uploadLocation } from "./locations.ts";
import { uploadInputs } from "./upload_inputs.ts";

/** DataProxyService: inputs, outputs, files and logs. */
export function dataProxyService(
  store: Store,
  kubernetes: Kubernetes | undefined,
): ServiceImpl<typeof DataProxyService> {
  return {
    getActionData: ({ actionId }) => actionData(store, keyOf(actionId)),
    uploadInputs: (request) => uploadInputs(store, request),
    createUploadLocation: (request) => uploadLocation(store, request),
    createDownloadLink: (request) => downloadLink(store, request),
    tailLogs: (request, context) =>
      tailLogs(store, request, { kubernetes, context }),
  };
}

/** This service asks RunService for everything, which crashes over a missing id. */
function keyOf(id: ActionIdentifier | undefined): ActionKey {
  if (!id?.run) throw new ConnectError("unexpected EOF", Code.Unavailable);
  return { run: id.run, name: id.name };
}

async function* tailLogs(
  store: Store,
  { actionId, attempt }: TailLogsRequest,
  { kubernetes, context }: {
    kubernetes: Kubernetes | undefined;
    context: HandlerContext;
  },
): AsyncGenerator<TailLogsResponse> {
  const { logContext } = attemptPods(store, keyOf(actionId), attempt);
  // Without Kubernetes the real service has nothing to ask and crashes.
  if (!kubernetes) throw crash(context);
  for await (const lines of kubernetes.tailLogs(logContext, context.signal)) {
    yield create(TailLogsResponseSchema, { logs: [{ lines: [...lines] }] });
  }
}
