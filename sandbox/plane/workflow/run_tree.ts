import {
  type Filter,
  Filter_Function,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { invalidArgument } from "../list/sql_error.ts";
import type { ActionRow } from "./actions.ts";
import { filterName } from "./task_names.ts";

/** One action in the tree of its run. */
export interface TreeNode {
  row: ActionRow;
  readonly parent: TreeNode | undefined;
  /** How many descendants are in which phase; a phase once seen stays, with 0. */
  readonly phaseCounts: Map<ActionPhase, number>;
  matchingDescendants: number;
  matches: boolean;
  visible: boolean;
}

/** A node a watcher must be told of; without `meetsFilter` it is to be removed. */
export interface NodeUpdate {
  readonly node: TreeNode;
  readonly meetsFilter: boolean;
}

/** Whether an action meets a watcher's filters. */
type Filters = (row: ActionRow) => boolean;

/**
 * What one watcher has seen of a run. The counts of descendants are kept up
 * while actions come and change, so an update costs the depth of the tree.
 */
export class RunTree {
  readonly #nodes = new Map<string, TreeNode>();
  readonly #filters: Filters;

  /** @throws {ConnectError} `invalid_argument` for a filter that is not known */
  constructor(filters: readonly Filter[]) {
    this.#filters = compile(filters);
  }

  /**
   * Takes in actions, new or changed, and tells which nodes to send.
   *
   * @throws {ConnectError} `unknown` when an action comes before its parent
   */
  upsert(rows: readonly ActionRow[]): NodeUpdate[] {
    const changed = new Set<TreeNode>();
    for (const row of rows) this.#take(row, changed);
    for (const node of changed) this.#rematch(node);
    const shown = new Map<TreeNode, boolean>();
    for (const node of changed) if (!shown.has(node)) review(node, shown);
    return [...shown]
      .map(([node, meetsFilter]) => ({ node, meetsFilter }))
      .toSorted((a, b) => a.node.row.createdAt - b.node.row.createdAt);
  }

  #take(row: ActionRow, changed: Set<TreeNode>): void {
    const known = this.#nodes.get(row.name);
    const node = known ?? this.#insert(row);
    const before = known?.row.phase;
    node.row = row;
    changed.add(node);
    for (let up = node.parent; up; up = up.parent) {
      count(up.phaseCounts, row.phase, 1);
      if (before !== undefined) count(up.phaseCounts, before, -1);
      changed.add(up);
    }
  }

  #insert(row: ActionRow): TreeNode {
    const parent = row.parent === null
      ? undefined
      : this.#nodes.get(row.parent);
    if (row.parent !== null && !parent) {
      throw new ConnectError(
        `parent node [${row.parent}] not found for action [${row.name}]`,
        Code.Unknown,
      );
    }
    const node = {
      row,
      parent,
      phaseCounts: new Map<ActionPhase, number>(),
      matchingDescendants: 0,
      matches: false,
      visible: false,
    };
    this.#nodes.set(row.name, node);
    return node;
  }

  #rematch(node: TreeNode): void {
    const matches = this.#filters(node.row);
    if (matches === node.matches) return;
    node.matches = matches;
    for (let up = node.parent; up; up = up.parent) {
      up.matchingDescendants += matches ? 1 : -1;
    }
  }
}

function count(
  counts: Map<ActionPhase, number>,
  phase: ActionPhase,
  change: number,
): void {
  if (phase === ActionPhase.UNSPECIFIED) return;
  counts.set(phase, Math.max(0, (counts.get(phase) ?? 0) + change));
}

/** Decides whether a changed node is shown, and with it its ancestors. */
function review(node: TreeNode, shown: Map<TreeNode, boolean>): void {
  if (node.matches) {
    node.visible = true;
    for (let up = node.parent; up; up = up.parent) {
      if (up.visible) continue;
      up.visible = true;
      shown.set(up, true);
    }
    shown.set(node, true);
  } else if (node.visible) {
    const needed = node.matchingDescendants > 0;
    shown.set(node, needed);
    if (needed) return;
    node.visible = false;
    prune(node.parent, shown);
  }
}

/** Hides ancestors that were shown only for what is now gone. */
function prune(
  from: TreeNode | undefined,
  shown: Map<TreeNode, boolean>,
): void {
  for (let up = from; up; up = up.parent) {
    if (!up.visible || up.matches || up.matchingDescendants > 0) return;
    up.visible = false;
    if (!shown.has(up)) shown.set(up, false);
  }
}

function compile(filters: readonly Filter[]): Filters {
  const phases = new Set<number>();
  let name = "";
  for (const { field, function: fn, values } of filters) {
    if (field === "PHASE" && fn === Filter_Function.VALUE_IN) {
      for (const value of values) phases.add(phaseOf(value));
    } else if (
      field === "NAME" && fn === Filter_Function.CONTAINS_CASE_INSENSITIVE
    ) {
      name = values[0]?.toLowerCase() ?? name;
    } else {
      throw invalidArgument(
        `function ${Filter_Function[fn]} is not supported for filter ${field}`,
      );
    }
  }
  return (row) =>
    (phases.size === 0 || phases.has(row.phase)) &&
    (name === "" || filterName(row).toLowerCase().includes(name));
}

function phaseOf(value: string): number {
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw invalidArgument(`invalid phase value: ${value}`);
}
