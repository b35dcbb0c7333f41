/** Tasks put into an empty plane, by the call with which the SDK deploys them. */
import { createClient } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TaskSpecSchema } from "../../idl/flyteidl2/task/task_definition_pb.ts";
import {
  type DeployTaskRequestSchema,
  TaskService,
} from "../../idl/flyteidl2/task/task_service_pb.ts";
import type { Plane } from "../../sandbox/plane/mod.ts";

/** What a planted task is. */
export interface PlantedTask {
  readonly name: string;
  readonly version?: string;
  readonly domain?: string;
  readonly spec?: MessageInitShape<typeof TaskSpecSchema>;
  readonly triggers?: MessageInitShape<
    typeof DeployTaskRequestSchema
  >["triggers"];
}

/** Deploys a task into `flytesnacks`. */
export async function plantTask(
  { transport }: Plane,
  { name, version = "v1", domain = "development", spec = {}, triggers = [] }:
    PlantedTask,
): Promise<void> {
  await createClient(TaskService, transport).deployTask({
    taskId: { project: "flytesnacks", domain, name, version },
    spec,
    triggers,
  });
}
