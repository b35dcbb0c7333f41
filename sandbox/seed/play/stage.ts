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
import type { Pods } from "../../plane/kubernetes/pods.ts";
import { named, type Values } from "../values.ts";

/** What is seeded: a plane, and the cluster behind it. */
export interface SeedTarget {
  readonly transport: Transport;
  /** Puts a file into the plane's object store, as tasks do. */
  readonly putObject: (uri: string, content: Uint8Array) => void;
  /** Where logs are kept. */
  readonly pods: Pods;
}

/** A target with clients of its services. */
export interface Stage extends SeedTarget, Clients {
  readonly projects: Client<typeof ProjectService>;
  readonly tasks: Client<typeof TaskService>;
}

/** Sets up the clients of a target. */
export function createStage(target: SeedTarget): Stage {
  const { transport, putObject, pods } = target;
  return {
    transport,
    putObject,
    pods,
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
