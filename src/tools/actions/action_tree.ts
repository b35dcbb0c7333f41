import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";

/** An action in the tree of its run. */
export interface TreeNode {
  readonly name: string;
  readonly parent: string;
  readonly phase: ActionPhase;
  readonly action: Action;
  /** 0: the root, or an action whose parent did not come. */
  depth: number;
  /** The most urgent rank of the action and all below it. */
  worst: number;
  /** How many actions are below it. */
  below: number;
  readonly children: TreeNode[];
}

/** What a reader looks for first; other phases come before the successes. */
const URGENCY: readonly ActionPhase[] = [
  ActionPhase.FAILED,
  ActionPhase.TIMED_OUT,
  ActionPhase.ABORTED,
  ActionPhase.PAUSED,
  ActionPhase.RUNNING,
  ActionPhase.INITIALIZING,
  ActionPhase.WAITING_FOR_RESOURCES,
  ActionPhase.QUEUED,
];
const UNKNOWN = URGENCY.length;
const SUCCESSES: readonly ActionPhase[] = [
  ActionPhase.SUCCEEDED,
  ActionPhase.RECOVERED,
];

function rankOf(phase: ActionPhase): number {
  const at = URGENCY.indexOf(phase);
  if (at >= 0) return at;
  return SUCCESSES.includes(phase) ? UNKNOWN + 1 : UNKNOWN;
}

/**
 * Puts actions into their tree, of siblings the most urgent subtree first,
 * then the oldest.
 *
 * @param actions by name, parents before their children
 * @returns the nodes without a parent here; of a whole run the root alone
 */
export function growTree(actions: ReadonlyMap<string, Action>): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const roots: TreeNode[] = [];
  for (const [name, action] of actions) {
    const node = newNode(name, action);
    const parent = nodes.get(node.parent);
    node.depth = parent ? parent.depth + 1 : 0;
    (parent?.children ?? roots).push(node);
    nodes.set(name, node);
  }
  // Children come after their parents, so from the end all below is known.
  for (const node of [...nodes.values()].reverse()) {
    node.children.sort(byUrgency);
    const parent = nodes.get(node.parent);
    if (!parent) continue;
    parent.below += 1 + node.below;
    parent.worst = Math.min(parent.worst, node.worst);
  }
  return roots.sort(byUrgency);
}

function newNode(name: string, action: Action): TreeNode {
  const phase = action.status?.phase ?? ActionPhase.UNSPECIFIED;
  return {
    name,
    parent: action.metadata?.parent ?? "",
    phase,
    action,
    depth: 0,
    worst: rankOf(phase),
    below: 0,
    children: [],
  };
}

function byUrgency(a: TreeNode, b: TreeNode): number {
  return a.worst - b.worst || startOf(a) - startOf(b) ||
    (a.name < b.name ? -1 : 1);
}

function startOf({ action }: TreeNode): number {
  const time = action.status?.startTime;
  return time ? timestampMs(time) : 0;
}

/** More siblings than this that are alike are told as one. */
export const MAX_ALIKE = 50;

/** An action, or siblings that are alike. */
export type TreeRow =
  | { readonly kind: "action"; readonly node: TreeNode }
  | {
    readonly kind: "folded";
    /** The first of them. */
    readonly node: TreeNode;
    readonly nodes: readonly TreeNode[];
  };

/** All nodes from the top down, children after their parent. */
export function allNodes(roots: readonly TreeNode[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  const left = roots.toReversed();
  for (let node = left.pop(); node; node = left.pop()) {
    nodes.push(node);
    for (const child of node.children.toReversed()) left.push(child);
  }
  return nodes;
}

/**
 * The rows of a tree from the top down, children after their parent. Siblings
 * of one task, group and phase, with nothing more urgent below any of them,
 * are folded where there are more than {@linkcode MAX_ALIKE}.
 */
export function foldedRows(roots: readonly TreeNode[]): TreeRow[] {
  const rows: TreeRow[] = [];
  // A stack of what is still to come, for a tree may be deep.
  const left: TreeRow[] = foldSiblings(roots).reverse();
  for (let row = left.pop(); row; row = left.pop()) {
    rows.push(row);
    if (row.kind === "folded") continue;
    for (const below of foldSiblings(row.node.children).reverse()) {
      left.push(below);
    }
  }
  return rows;
}

function foldSiblings(siblings: readonly TreeNode[]): TreeRow[] {
  const alike = Map.groupBy(siblings, likeness);
  return [...alike.values()].flatMap((nodes): TreeRow[] => {
    const [node] = nodes;
    return node && nodes.length > MAX_ALIKE
      ? [{ kind: "folded", node, nodes }]
      : nodes.map((node) => ({ kind: "action", node }));
  });
}

function likeness({ action, phase, worst }: TreeNode): string {
  const { spec, funtionName, group } = action.metadata ?? {};
  const task = spec?.case === "task" ? spec.value.id?.name : "";
  return JSON.stringify([phase, worst, group, spec?.case, task, funtionName]);
}
