import { type Client, createClient } from "@connectrpc/connect";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Session } from "./session.ts";

/** Flyte's services over one session. */
export interface ClientSet {
  readonly identity: Client<typeof IdentityService>;
  readonly projects: Client<typeof ProjectService>;
  readonly runs: Client<typeof RunService>;
}

/** Makes the clients; nothing is sent. */
export function createClientSet({ transport }: Session): ClientSet {
  return {
    identity: createClient(IdentityService, transport),
    projects: createClient(ProjectService, transport),
    runs: createClient(RunService, transport),
  };
}
