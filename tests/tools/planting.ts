/**
 * Puts projects, runs and actions into a sandbox's plane, by the calls with
 * which people, the SDK and executors put them into a real one.
 */
import { type Client, createClient } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import type { ErrorInfo_Kind } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Account } from "../../sandbox/issuer/accounts.ts";
import {
  type Clients,
  createClients,
  identifierOf,
} from "../../sandbox/plane/kubernetes/reports.ts";
import type { Plane } from "../../sandbox/plane/mod.ts";
import type { RunKey } from "../../sandbox/plane/workflow/actions.ts";
import { headersOf } from "../../sandbox/seed/people.ts";

/** The services by which a plane is filled. */
export interface Planting extends Clients {
  readonly projects: Client<typeof ProjectService>;
}

/** Clients of a plane, past its ingress. */
export function plantingIn({ transport }: Plane): Planting {
  return {
    ...createClients(transport),
    projects: createClient(ProjectService, transport),
  };
}

/** A run of this name where nothing else is said. */
export function runKey(name: string, where: Partial<RunKey> = {}): RunKey {
  return { project: "flytesnacks", domain: "development", name, ...where };
}

/** What a planted run is. */
export interface PlantedRun {
  readonly task?: string;
  readonly version?: string;
  readonly by?: Account;
  /** Milliseconds since the epoch; only a time before now is taken. */
  readonly createdAt?: number;
  readonly phase?: ActionPhase;
  readonly attempts?: number;
}

/** Creates a run of a task that comes along. */
export async function plantRun(
  { runs, internal }: Planting,
  run: RunKey,
  { task = "tests.main", version = "v1", ...its }: PlantedRun = {},
): Promise<void> {
  const { project, domain } = run;
  const id = { project, domain, name: task, version };
  await runs.createRun({
    id: { case: "runId", value: { ...run } },
    task: {
      case: "taskSpec",
      value: { taskTemplate: { id, type: "python" }, shortName: "main" },
    },
  }, { headers: headersOf(its.by) });
  const { createdAt, phase = ActionPhase.RUNNING, attempts = 1 } = its;
  if (createdAt === undefined && its.phase === undefined) return;
  await internal.updateActionStatus({
    actionId: identifierOf({ run, name: "a0" }),
    status: {
      phase,
      attempts,
      ...(createdAt && { startTime: timestampFromMs(createdAt) }),
    },
  });
}

/** Records tasks below a run's root, in this phase. */
export async function plantActions(
  { internal }: Planting,
  run: RunKey,
  { count, phase }: { count: number; phase: ActionPhase },
): Promise<void> {
  const { project, domain } = run;
  const id = { project, domain, name: "tests.child", version: "v1" };
  for (let index = 0; index < count; index++) {
    const actionId = identifierOf({
      run,
      name: `${phase}x${String(index).padStart(4, "0")}`,
    });
    await internal.recordAction({
      actionId,
      parent: "a0",
      spec: { case: "task", value: { id, spec: { shortName: "child" } } },
    });
    // Actions are queued as soon as they are recorded.
    if (phase === ActionPhase.QUEUED) continue;
    await internal.updateActionStatus({
      actionId,
      status: { phase, attempts: 1 },
    });
  }
}

/** Records a condition that waits for a person. */
export async function plantCondition(
  { internal }: Planting,
  run: RunKey,
  { name, condition = name, prompt }: {
    name: string;
    condition?: string;
    prompt: string;
  },
): Promise<void> {
  const actionId = identifierOf({ run, name });
  await internal.recordAction({
    actionId,
    parent: "a0",
    spec: { case: "condition", value: { name: condition, prompt } },
  });
  // The number of PAUSED, which executors report for conditions.
  await internal.updateActionStatus({ actionId, status: { phase: 9 } });
}

/** Reports what an attempt of the root failed with; moves no phase. */
export async function plantError(
  { internal }: Planting,
  run: RunKey,
  { message, kind, attempt = 1, phase }: {
    message: string;
    kind: ErrorInfo_Kind;
    attempt?: number;
    phase: ActionPhase;
  },
): Promise<void> {
  await internal.recordActionEvents({
    events: [{
      id: identifierOf({ run, name: "a0" }),
      attempt,
      phase,
      errorInfo: { message, kind },
      updatedTime: timestampFromMs(Date.now()),
    }],
  });
}
