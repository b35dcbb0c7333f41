import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";

/** Actions of a run by name, parents before their children. */
export type Actions = ReadonlyMap<string, Action>;

/** Two actions at the same place of two runs. */
export interface ActionPair {
  readonly before: Action;
  readonly after: Action;
  /** 1: below the root. */
  readonly depth: number;
}

/** An action that the other run has nothing like, whatever is below it. */
export interface SingleAction {
  readonly action: Action;
  readonly depth: number;
  /** How many actions are below it. */
  readonly below: number;
}

/** What two runs have in common, and what only one of them has. */
export interface PairedActions {
  /** Without the roots. */
  readonly pairs: readonly ActionPair[];
  readonly onlyBefore: readonly SingleAction[];
  readonly onlyAfter: readonly SingleAction[];
}

/**
 * Pairs the actions of two runs from their roots down. Names are random, so of
 * two parents that are paired the children of one task and group are, in the
 * order in which they were recorded.
 */
export function pairActions(before: Actions, after: Actions): PairedActions {
  const [old, now] = [treeOf(before), treeOf(after)];
  const pairs: ActionPair[] = [];
  const onlyBefore: SingleAction[] = [];
  const onlyAfter: SingleAction[] = [];
  const [oldRoot, nowRoot] = [old.root, now.root];
  // A stack of what is still to come, for a tree may be deep.
  const left: ActionPair[] = oldRoot && nowRoot
    ? [{ before: oldRoot, after: nowRoot, depth: 0 }]
    : [];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const depth = pair.depth + 1;
    const below = pairChildren(
      old.childrenOf(pair.before),
      now.childrenOf(pair.after),
    );
    for (const both of below.both) pairs.push({ ...both, depth });
    for (const both of below.both.toReversed()) left.push({ ...both, depth });
    for (const one of below.onlyBefore) onlyBefore.push(old.single(one, depth));
    for (const one of below.onlyAfter) onlyAfter.push(now.single(one, depth));
  }
  return { pairs, onlyBefore, onlyAfter };
}

function pairChildren(before: readonly Action[], after: readonly Action[]) {
  const [old, now] = [before, after].map((all) => Map.groupBy(all, placeOf));
  const places = new Set([...old?.keys() ?? [], ...now?.keys() ?? []]);
  const all = [...places].map((place) => {
    const [ours, theirs] = [old?.get(place) ?? [], now?.get(place) ?? []];
    return {
      both: ours.flatMap((before, at) => {
        const after = theirs[at];
        return after ? [{ before, after }] : [];
      }),
      onlyBefore: ours.slice(theirs.length),
      onlyAfter: theirs.slice(ours.length),
    };
  });
  return {
    both: all.flatMap(({ both }) => both),
    onlyBefore: all.flatMap(({ onlyBefore }) => onlyBefore),
    onlyAfter: all.flatMap(({ onlyAfter }) => onlyAfter),
  };
}

/** What siblings have in common that do the same: task or name, and group. */
function placeOf({ metadata }: Action): string {
  const { spec, funtionName, group } = metadata ?? {};
  const task = spec?.case === "task" ? spec.value.id?.name : undefined;
  return JSON.stringify([spec?.case, task ?? funtionName, group]);
}

/** A run's actions with the way down. */
function treeOf(actions: Actions) {
  const children = Map.groupBy(
    actions.values(),
    ({ metadata }) => metadata?.parent ?? "",
  );
  const childrenOf = ({ id }: Action) => children.get(id?.name ?? "") ?? [];
  return {
    root: children.get("")?.[0],
    childrenOf,
    single: (action: Action, depth: number): SingleAction => ({
      action,
      depth,
      below: countBelow(action, childrenOf),
    }),
  };
}

function countBelow(
  action: Action,
  childrenOf: (action: Action) => readonly Action[],
): number {
  let count = 0;
  const left = [...childrenOf(action)];
  for (let one = left.pop(); one; one = left.pop()) {
    count++;
    left.push(...childrenOf(one));
  }
  return count;
}
