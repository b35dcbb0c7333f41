import type { ActionStatus } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { humanDuration } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import { cacheOf, kindOf, taskOf, timesOf } from "./action_facts.ts";
import type { TreeNode, TreeRow } from "./action_tree.ts";
import type { ResponseFormat } from "../parameters.ts";

/** Names shown of siblings that are told as one. */
const NAMES = 3;

/** What a row tells only in detail. */
export const ROW_DETAILS = "group, start, attempts, cache";

/** A row of the tree for a reader. */
export function describeRow(row: TreeRow, format: ResponseFormat) {
  const all = row.kind === "action"
    ? describeNode(row.node)
    : describeFolded(row.node, row.nodes);
  if (format === "detailed") return all;
  const { group: _, ...rest } = all;
  if (!("cache" in rest)) return rest;
  const { started_at: _at, attempts: _tries, cache: _cache, ...brief } = rest;
  return brief;
}

function describeNode({ name, parent, depth, action }: TreeNode) {
  const { metadata, status } = action;
  const { phase, started_at, duration } = timesOf(status);
  const kind = kindOf(metadata);
  return {
    name: nameOf(name),
    parent: nameOf(parent) || null,
    depth,
    task: taskOf(metadata).task,
    ...(kind !== "task" && { kind }),
    group: nameOf(metadata?.group ?? "") || null,
    phase,
    started_at,
    duration,
    attempts: status?.attempts ?? 0,
    cache: cacheOf(status?.cacheStatus),
  };
}

/** Many that are alike: how many, how long they took, and a few of them. */
function describeFolded(
  { parent, depth, action, phase }: TreeNode,
  nodes: readonly TreeNode[],
) {
  const below = nodes.reduce((sum, node) => sum + node.below, 0);
  return {
    folded: nodes.length,
    parent: nameOf(parent) || null,
    depth,
    task: taskOf(action.metadata).task,
    group: nameOf(action.metadata?.group ?? "") || null,
    phase: phaseName(phase),
    names: nodes.slice(0, NAMES).map(({ name }) => nameOf(name)),
    ...(below > 0 && { actions_below: below }),
    duration: spreadOf(nodes),
  };
}

/** The shortest, middle and longest time that they took. */
function spreadOf(nodes: readonly TreeNode[]) {
  return spreadOfTimes(
    nodes.flatMap(({ action }) => msOf(action.status) ?? []),
  );
}

/** The shortest, middle and longest of some times in milliseconds. */
export function spreadOfTimes(unsorted: readonly number[]) {
  const times = unsorted.toSorted((a, b) => a - b);
  const at = (share: number) =>
    humanDuration(times[Math.floor((times.length - 1) * share)] ?? 0);
  return times.length === 0
    ? null
    : { min: at(0), median: at(0.5), max: at(1) };
}

/** How long an action took, in milliseconds; `null` unless it has ended. */
export function msOf(status: ActionStatus | undefined): number | null {
  if (!status || !isTerminal(status.phase)) return null;
  if (status.durationMs !== undefined) return Number(status.durationMs);
  const { startTime, endTime } = status;
  return startTime && endTime
    ? timestampMs(endTime) - timestampMs(startTime)
    : null;
}
