import type { ActionStatus } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { isTerminal, phaseName } from "../client/phases.ts";
import { humanDuration } from "../client/times.ts";
import { nameOf } from "../text.ts";
import { cacheOf, kindOf, taskOf, timesOf } from "./action_facts.ts";
import type { TreeNode, TreeRow } from "./action_tree.ts";

/** Names shown of siblings that are told as one. */
const NAMES = 3;

/** A row of the tree for a reader. */
export function describeRow(row: TreeRow) {
  return row.kind === "action"
    ? describeNode(row.node)
    : describeFolded(row.node, row.nodes);
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
  const times = nodes
    .flatMap(({ action }) => msOf(action.status) ?? [])
    .sort((a, b) => a - b);
  const at = (share: number) =>
    humanDuration(times[Math.floor((times.length - 1) * share)] ?? 0);
  return times.length === 0
    ? null
    : { min: at(0), median: at(0.5), max: at(1) };
}

function msOf(status: ActionStatus | undefined): number | null {
  if (!status || !isTerminal(status.phase)) return null;
  if (status.durationMs !== undefined) return Number(status.durationMs);
  const { startTime, endTime } = status;
  return startTime && endTime
    ? timestampMs(endTime) - timestampMs(startTime)
    : null;
}
