import {
  type Client,
  Code,
  ConnectError,
  createClient,
} from "@connectrpc/connect";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  createExecutingCluster,
  type ExecutingCluster,
} from "../../../sandbox/executor/executing_cluster.ts";
import type { Script } from "../../../sandbox/executor/script.ts";
import {
  type Clients,
  createClients,
  identifierOf,
} from "../../../sandbox/plane/kubernetes/reports.ts";
import { createPlane, type Plane } from "../../../sandbox/plane/mod.ts";
import { isTerminal } from "../../../sandbox/plane/workflow/phases.ts";
import type {
  ActionKey,
  RunKey,
} from "../../../sandbox/plane/workflow/actions.ts";
import { type SdkTask, specOf } from "../../../sandbox/seed/tasks/sdk_task.ts";
import { fitShard } from "../../../sandbox/seed/tasks/training.ts";
import { integer, named, type Values } from "../../../sandbox/seed/values.ts";
import { createTestClock, type TestClock } from "../plane/replay/test_clock.ts";

export const START_MS = Date.parse("2026-03-01T12:00:00Z");
export const PLACE = { project: "flytesnacks", domain: "development" };
export const RUN: RunKey = { ...PLACE, name: "r1" };
export const ROOT: ActionKey = { run: RUN, name: "a0" };
/** A task that needs nothing; cached. */
export const TASK: SdkTask = fitShard(PLACE, "v1");

/** A plane whose runs happen while a test lets time pass. */
export interface Bed extends Clients, AsyncDisposable {
  readonly plane: Plane;
  readonly cluster: ExecutingCluster;
  readonly clock: TestClock;
  readonly data: Client<typeof DataProxyService>;
}

export function openBed(script?: Script): Bed {
  const clock = createTestClock(START_MS);
  const { now, sleep } = clock;
  const cluster = createExecutingCluster(script ? { script } : {});
  cluster.start();
  const plane = createPlane({ now, sleep, kubernetes: cluster.connect });
  const { transport } = plane;
  return {
    plane,
    cluster,
    clock,
    ...createClients(transport),
    data: createClient(DataProxyService, transport),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}

/** Starts a run of a task that comes along. */
export async function launch(
  { runs }: Clients,
  {
    run = RUN,
    task = TASK,
    inputs = { index: integer(0), epochs: integer(3) },
  }: {
    run?: RunKey;
    task?: SdkTask;
    inputs?: Values;
  } = {},
): Promise<void> {
  await runs.createRun({
    id: { case: "runId", value: { ...run } },
    task: { case: "taskSpec", value: specOf(task) },
    inputWrapper: { case: "inputs", value: { literals: named(inputs) } },
  });
}

/** What a watcher of an action is told. */
export function watch({ runs }: Clients, id: ActionKey = ROOT) {
  const stop = new AbortController();
  const stream = runs.watchActionDetails(
    { actionId: identifierOf(id) },
    { signal: stop.signal },
  )[Symbol.asyncIterator]();
  return {
    async next(): Promise<ActionDetails | undefined> {
      const { value, done } = await stream.next();
      return done ? undefined : value.details;
    },
    /** The first details of which this holds; `undefined` if the stream ends before. */
    async until(
      holds: (details: ActionDetails) => boolean,
    ): Promise<ActionDetails | undefined> {
      for (let one = await this.next(); one; one = await this.next()) {
        if (holds(one)) return one;
      }
      return undefined;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await stream.next().catch(() => {});
    },
  };
}

/** Whether the status, and not an event alone, says a phase. */
export function isIn(phase: ActionPhase) {
  return ({ status }: ActionDetails) => status?.phase === phase;
}

/** So often is asked before a test gives up, and so much time passes meanwhile. */
const MANY = 2_000;
const STEP_MS = 10;

/** The details of an action once they are so; it may not be there at first. */
export async function eventually(
  { runs, clock }: Bed,
  id: ActionKey,
  holds: (details: ActionDetails) => boolean,
): Promise<ActionDetails> {
  const actionId = identifierOf(id);
  let last = "not there";
  for (let asked = 0; asked < MANY; asked++) {
    clock.advance(STEP_MS);
    try {
      const { details } = await runs.getActionDetails({ actionId });
      if (details && holds(details)) return details;
      last = `in phase ${details?.status?.phase}`;
    } catch (error) {
      if (ConnectError.from(error).code !== Code.NotFound) throw error;
    }
  }
  throw new Error(`Action "${id.name}" did not get there: it is ${last}`);
}

/** The details of an action once its status says that it is over. */
export async function over(
  bed: Bed,
  id: ActionKey = ROOT,
): Promise<ActionDetails> {
  return await eventually(
    bed,
    id,
    ({ status }) => isTerminal(status?.phase ?? 0),
  );
}

/** The log of an attempt, until the stream ends. */
export async function logOf(
  { data }: Bed,
  { id = ROOT, attempt = 1 }: { id?: ActionKey; attempt?: number } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const actionId = identifierOf(id);
  for await (const { logs } of data.tailLogs({ actionId, attempt })) {
    lines.push(
      ...logs.flatMap((log) => log.lines.map(({ message }) => message)),
    );
  }
  return lines;
}
