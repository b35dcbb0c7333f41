import { create, toBinary } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { ProjectService } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import {
  InputsSchema,
  OutputsSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import type { Status } from "../../../idl/google/rpc/status_pb.ts";
import { type Clients, createClients } from "../../plane/kubernetes/reports.ts";
import type { ClusterResources } from "../../plane/kubernetes/idle_cluster.ts";
import type { ToldAction } from "../../plane/workflow/told_actions.ts";
import { named, type Values } from "../values.ts";

/** What stories are played on: a plane, and the cluster behind it. */
export interface StageTarget extends ClusterResources {
  readonly transport: Transport;
  /** Puts a file into the plane's object store, as tasks do. */
  readonly putObject: (uri: string, content: Uint8Array) => void;
}

/** What is seeded. */
export interface SeedTarget extends StageTarget {
  /** Takes in a great many actions at once. */
  readonly tellActions: (told: Iterable<ToldAction>) => void;
}

/** A target with clients of its services. */
export interface Stage extends StageTarget, Clients {
  readonly projects: Client<typeof ProjectService>;
  readonly tasks: Client<typeof TaskService>;
}

/** Sets up the clients of a target. */
export function createStage(target: StageTarget): Stage {
  const { transport, putObject, pods, apps, secrets } = target;
  return {
    transport,
    putObject,
    pods,
    apps,
    secrets,
    ...createClients(transport),
    projects: createClient(ProjectService, transport),
    tasks: createClient(TaskService, transport),
  };
}

/** A report that failed says so in its answer; the call itself succeeds. */
export function checkReport(status: Status | undefined): void {
  if (!status || status.code === 0) return;
  throw new Error(`Cannot seed: ${status.message} (code ${status.code})`);
}

/** Leaves inputs where an action looks for them. */
export function putInputs(stage: Stage, uri: string, values: Values): void {
  const inputs = create(InputsSchema, { literals: named(values) });
  stage.putObject(uri, toBinary(InputsSchema, inputs));
}

/** Leaves the outputs of an action. */
export function putOutputs(stage: Stage, uri: string, values: Values): void {
  const outputs = create(OutputsSchema, { literals: named(values) });
  stage.putObject(uri, toBinary(OutputsSchema, outputs));
}
