/** Apps and secrets as a test says, served by a Flyte that has nothing else. */
import { Code, ConnectError } from "@connectrpc/connect";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type App,
  AppSchema,
  Spec_DesiredState as DesiredState,
  Status_DeploymentStatus as DeploymentStatus,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import type { ListRequest } from "../../idl/flyteidl2/app/app_payload_pb.ts";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import type { TailLogsResponseSchema } from "../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { connectServer } from "../harness.ts";
import { serveFlyte } from "./beds.ts";

/** An app as a test says it is. */
export type GivenApp = MessageInitShape<typeof AppSchema>;

/** A message of an app's log. */
export type LogMessage = MessageInitShape<typeof TailLogsResponseSchema>;

/** An app of `p`/`d` in this state, which is wanted active. */
export function appOf(
  name: string,
  status: keyof typeof DeploymentStatus = "ACTIVE",
  more: Omit<GivenApp, "$typeName"> = {},
): App {
  return create(AppSchema, {
    metadata: { id: { project: "p", domain: "d", name } },
    spec: { desiredState: DesiredState.ACTIVE },
    status: { conditions: [{ deploymentStatus: DeploymentStatus[status] }] },
    ...more,
  });
}

/** Serves these apps, a page at a time; heeds no scope. */
export async function serveApps(
  apps: readonly GivenApp[],
  { log }: { log?: () => AsyncGenerator<LogMessage> } = {},
) {
  const served = apps.map((app) => create(AppSchema, app));
  const asked: ListRequest[] = [];
  const flyte = await serveFlyte((router) => {
    router.service(AppService, {
      get({ identifier }) {
        const name = identifier.case === "appId" && identifier.value.name;
        const app = served.find(({ metadata }) => metadata?.id?.name === name);
        if (app) return { app };
        throw new ConnectError("no such KService", Code.NotFound);
      },
      list(request) {
        asked.push(request);
        const { limit = 0, token = "" } = request.request ?? {};
        const from = Number(token);
        const end = limit > 0 ? from + limit : served.length;
        return {
          apps: served.slice(from, end),
          token: end < served.length ? String(end) : "",
        };
      },
    });
    if (log) router.service(AppLogsService, { tailLogs: log });
  });
  return { ...flyte, asked };
}

/** Asks for one app of a Flyte that has it. */
export async function getApp(
  app: GivenApp,
  { args = {}, env = {} }: {
    args?: Record<string, unknown>;
    env?: Record<string, string>;
  } = {},
) {
  await using flyte = await serveApps([app]);
  await using server = await connectServer(flyte.url, { env });
  const name = app.metadata?.id?.name ?? "";
  return await server.call("get_app", {
    project: "p",
    domain: "d",
    app: name,
    ...args,
  });
}
