import { create } from "@bufbuild/protobuf";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type TaskGroup,
  TaskGroupSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { WatchGroupsRequest } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { optionalMicros, toTimestamp } from "../clock.ts";
import type { Store } from "../store.ts";
import type { ActionRow } from "./actions.ts";
import { taskNameOf } from "./task_names.ts";

/** Older runs are not looked at. */
const MAX_RUNS = 1_000;
const RECENT_RUNS = 10;

/** The runs of a project grouped by their task. */
export function taskGroups(
  { actions }: Store,
  { scopeBy, startDate, endDate }: WatchGroupsRequest,
): TaskGroup[] {
  const { name = "", domain = "" } = scopeBy.value ?? {};
  const from = optionalMicros(startDate) ?? -Infinity;
  const until = optionalMicros(endDate) ?? Infinity;
  const rows = actions.roots().filter(({ run, createdAt }) =>
    (name === "" || run.project === name) &&
    (domain === "" || run.domain === domain) &&
    createdAt >= from && createdAt <= until
  ).toArray();
  const newest = rows.sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, MAX_RUNS);
  const groups = Map.groupBy(newest, (row) => taskNameOf(row) || row.name);
  return [...groups].map(([taskName, runs]) => groupOf(taskName, runs));
}

/** A group of runs, newest first. */
function groupOf(taskName: string, runs: readonly ActionRow[]): TaskGroup {
  const phases = Map.groupBy(runs, (run) => run.phase);
  const failed = phases.get(ActionPhase.FAILED)?.length ?? 0;
  const [newest] = runs;
  return create(TaskGroupSchema, {
    taskName,
    totalRuns: BigInt(runs.length),
    latestRunTime: newest && toTimestamp(newest.createdAt),
    averageFailureRate: failed / runs.length,
    phaseCounts: [...phases].map(([phase, its]) => ({
      phase,
      count: BigInt(its.length),
    })),
    recentStatuses: runs.slice(0, RECENT_RUNS).map(({ run, phase }) => ({
      runName: run.name,
      phase,
    })),
  });
}
