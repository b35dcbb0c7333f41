import { type Client, createClient } from "@connectrpc/connect";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { AttemptLogs } from "./logs/attempt_logs.ts";
import type { Session } from "./session.ts";

/** Flyte's services over one session. */
export interface ClientSet {
  readonly dataproxy: Client<typeof DataProxyService>;
  readonly identity: Client<typeof IdentityService>;
  /** Logs of attempts, read through the data proxy. */
  readonly logs: AttemptLogs;
  readonly projects: Client<typeof ProjectService>;
  readonly runs: Client<typeof RunService>;
  readonly tasks: Client<typeof TaskService>;
  readonly triggers: Client<typeof TriggerService>;
}

/** Makes the clients; nothing is sent. */
export function createClientSet(
  { transport, routed }: Pick<Session, "transport" | "routed">,
): ClientSet {
  const dataproxy = createClient(DataProxyService, routed);
  return {
    dataproxy,
    identity: createClient(IdentityService, transport),
    logs: new AttemptLogs(dataproxy),
    projects: createClient(ProjectService, transport),
    runs: createClient(RunService, transport),
    tasks: createClient(TaskService, transport),
    triggers: createClient(TriggerService, transport),
  };
}
