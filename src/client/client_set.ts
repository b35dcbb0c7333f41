import { type Client, createClient } from "@connectrpc/connect";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { AttemptLogs } from "./logs/attempt_logs.ts";
import { RunSnapshots } from "./actions/run_snapshots.ts";
import type { Session } from "./session.ts";

/** Flyte's services over one session. */
export interface ClientSet {
  /** What apps print, read from the cluster they run on. */
  readonly appLogs: Client<typeof AppLogsService>;
  readonly apps: Client<typeof AppService>;
  readonly dataproxy: Client<typeof DataProxyService>;
  readonly identity: Client<typeof IdentityService>;
  /** Logs of attempts, read through the data proxy. */
  readonly logs: AttemptLogs;
  readonly projects: Client<typeof ProjectService>;
  readonly runs: Client<typeof RunService>;
  /** Names of secrets, on the cluster that keeps them; values are never read. */
  readonly secrets: Client<typeof SecretService>;
  /** All actions of a run. */
  readonly snapshots: RunSnapshots;
  readonly tasks: Client<typeof TaskService>;
  readonly triggers: Client<typeof TriggerService>;
}

/** Makes the clients; nothing is sent. */
export function createClientSet(
  session: Pick<Session, "transport" | "routed" | "clock" | "caller">,
): ClientSet {
  const { transport, routed, caller } = session;
  const dataproxy = createClient(DataProxyService, routed);
  const runs = createClient(RunService, transport);
  return {
    appLogs: createClient(AppLogsService, routed),
    apps: createClient(AppService, transport),
    dataproxy,
    identity: createClient(IdentityService, transport),
    logs: new AttemptLogs(dataproxy, caller),
    projects: createClient(ProjectService, transport),
    runs,
    secrets: createClient(SecretService, routed),
    snapshots: new RunSnapshots(runs, session),
    tasks: createClient(TaskService, transport),
    triggers: createClient(TriggerService, transport),
  };
}
