import { type Client, createClient } from "@connectrpc/connect";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import {
  createIdleCluster,
  type IdleCluster,
} from "../../../sandbox/plane/kubernetes/idle_cluster.ts";
import {
  type Clients,
  createClients,
} from "../../../sandbox/plane/kubernetes/reports.ts";
import { createPlane, type Plane } from "../../../sandbox/plane/mod.ts";
import type {
  ActionKey,
  RunKey,
} from "../../../sandbox/plane/workflow/actions.ts";
import { createTestClock, type TestClock } from "./replay/test_clock.ts";

/** When these tests begin. */
export const START_MS = Date.parse("2026-03-01T12:00:00Z");

/** A run of the tests. */
export const RUN: RunKey = {
  project: "flytesnacks",
  domain: "development",
  name: "r1",
};
export const ROOT: ActionKey = { run: RUN, name: "a0" };

/** A plane with an idle cluster behind it, called in process. */
export interface World extends Clients, AsyncDisposable {
  readonly plane: Plane;
  readonly cluster: IdleCluster;
  readonly clock: TestClock;
  readonly data: Client<typeof DataProxyService>;
  readonly tasks: Client<typeof TaskService>;
  readonly triggers: Client<typeof TriggerService>;
}

/** Creates a plane that is empty. */
export function createWorld(): World {
  const clock = createTestClock(START_MS);
  const cluster = createIdleCluster();
  const { now, sleep } = clock;
  const plane = createPlane({ now, sleep, kubernetes: cluster.connect });
  const { transport } = plane;
  return {
    plane,
    cluster,
    clock,
    ...createClients(transport),
    data: createClient(DataProxyService, transport),
    tasks: createClient(TaskService, transport),
    triggers: createClient(TriggerService, transport),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}

/** Creates a run of a task that came along. */
export async function createRun(
  { runs }: Clients,
  { project, domain, name }: RunKey = RUN,
): Promise<void> {
  const id = { project, domain, name: "tests.main", version: "v1" };
  await runs.createRun({
    id: { case: "runId", value: { project, domain, name } },
    task: {
      case: "taskSpec",
      value: { taskTemplate: { id, type: "python" }, shortName: "main" },
    },
  });
}

/** Records a task below another action of the run. */
export async function recordTask(
  { internal }: Clients,
  name: string,
  { parent = "a0", group = "" }: { parent?: string; group?: string } = {},
): Promise<void> {
  await internal.recordAction({
    actionId: { run: { ...RUN }, name },
    parent,
    group,
    spec: {
      case: "task",
      value: {
        id: { ...RUN, name: "tests.child", version: "v1" },
        spec: { shortName: "child" },
      },
    },
  });
}

/** Reports a phase of an action of the run. */
export async function setPhase(
  { internal }: Clients,
  name: string,
  phase: number,
): Promise<void> {
  await internal.updateActionStatus({
    actionId: { run: { ...RUN }, name },
    status: { phase, attempts: 1 },
  });
}
