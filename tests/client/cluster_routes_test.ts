/** Which calls are for a cluster, and what SelectCluster is asked for them. */
import { assertEquals } from "@std/assert";
import { create, toJson } from "@bufbuild/protobuf";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { SelectClusterRequestSchema } from "../../idl/flyteidl2/cluster/payload_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { clusterQuestion } from "../../src/client/clusters/cluster_routes.ts";

const ACTION = {
  run: { org: "acme", project: "p", domain: "d", name: "r1" },
  name: "a0",
};

const APP = { org: "acme", project: "p", domain: "d", name: "chat" };

/** A call, its message, and the question for it. */
const ROUTED = [
  [
    DataProxyService.method.getActionData,
    { actionId: ACTION, runSource: 2 },
    { operation: "OPERATION_GET_ACTION_DATA", actionId: ACTION },
  ],
  [
    DataProxyService.method.tailLogs,
    { actionId: ACTION, attempt: 2 },
    { operation: "OPERATION_TAIL_LOGS", actionId: ACTION },
  ],
  [
    DataProxyService.method.createDownloadLink,
    {
      source: {
        case: "actionAttemptId",
        value: { actionId: ACTION, attempt: 1 },
      },
    },
    { operation: "OPERATION_CREATE_DOWNLOAD_LINK", actionId: ACTION },
  ],
  [
    SecretService.method.listSecrets,
    { organization: "acme", project: "p", domain: "d", limit: 5 },
    {
      operation: "OPERATION_USE_SECRETS",
      projectId: { organization: "acme", domain: "d", name: "p" },
    },
  ],
  [
    SecretService.method.listSecrets,
    { organization: "acme", domain: "d" },
    {
      operation: "OPERATION_USE_SECRETS",
      domainId: { organization: "acme", name: "d" },
    },
  ],
  [
    SecretService.method.listSecrets,
    { organization: "acme" },
    { operation: "OPERATION_USE_SECRETS", orgId: { name: "acme" } },
  ],
  [
    AppLogsService.method.tailLogs,
    { target: { case: "appId", value: APP } },
    { operation: "OPERATION_TAIL_LOGS", appId: APP },
  ],
  [
    AppLogsService.method.tailLogs,
    { target: { case: "replicaId", value: { appId: APP, name: "chat-1" } } },
    { operation: "OPERATION_TAIL_LOGS", appId: APP },
  ],
] as const;

for (const [method, message, question] of ROUTED) {
  const { parent, name } = method;
  Deno.test(`clusterQuestion() of ${parent.name}.${name} is ${JSON.stringify(question)}`, () => {
    for (const input of [message, create(method.input, message)]) {
      const asked = clusterQuestion(method, input);
      assertEquals(
        asked &&
          toJson(
            SelectClusterRequestSchema,
            create(SelectClusterRequestSchema, asked),
          ),
        question,
      );
    }
  });
}

for (
  const [method, message] of [
    [RunService.method.getRunDetails, { runId: ACTION.run }],
    [RunService.method.watchActions, { runId: ACTION.run }],
    [DataProxyService.method.getActionData, {}],
    [AppLogsService.method.tailLogs, {}],
    [AppService.method.get, { identifier: { case: "appId", value: APP } }],
    [AppService.method.list, { filterBy: { case: "org", value: "acme" } }],
  ] as const
) {
  Deno.test(`clusterQuestion() has none for ${method.name} with ${Object.keys(message)}`, () => {
    assertEquals(clusterQuestion(method, message), null);
  });
}
