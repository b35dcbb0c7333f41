import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import type {
  ActionKey,
  RunKey,
} from "../../../sandbox/plane/workflow/actions.ts";
import { seed, type Seeds } from "../../../sandbox/seed/mod.ts";
import { createWorld, START_MS, type World } from "../plane/world.ts";

/** A plane with these seeds, which a test disposes of. */
export async function seededWorld(seeds: Seeds): Promise<World> {
  const world = createWorld();
  await seed({ ...world.plane, ...world.cluster }, START_MS, seeds);
  return world;
}

export async function detailsOf(
  { runs }: World,
  id: ActionKey,
): Promise<ActionDetails> {
  const { details } = await runs.getActionDetails({
    actionId: identifierOf(id),
  });
  if (details) return details;
  throw new Error(`No details of ${id.name}`);
}

export function rootOf(run: RunKey): ActionKey {
  return { run, name: "a0" };
}

/** The log of an attempt; the end of one that is followed is not waited for. */
export async function logOf(
  { data }: World,
  id: ActionKey,
  attempt: number,
): Promise<string[]> {
  const lines: string[] = [];
  const stop = new AbortController();
  const request = { actionId: identifierOf(id), attempt };
  const stream = data.tailLogs(request, { signal: stop.signal });
  for await (const { logs } of stream) {
    const batch = logs.flatMap((log) => log.lines);
    lines.push(...batch.map(({ message }) => message));
    if (batch.length < 100) break;
  }
  stop.abort();
  return lines;
}

export function errorOf({ result }: ActionDetails): string {
  return result.case === "errorInfo" ? result.value.message : "";
}

/** Everything the cluster said of the attempts of an action. */
export function eventsOf({ attempts }: ActionDetails): string[] {
  return attempts.flatMap(({ clusterEvents }) =>
    clusterEvents.map(({ message }) => message)
  );
}
