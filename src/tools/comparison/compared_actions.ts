import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type {
  ActionPair,
  PairedActions,
  SingleAction,
} from "../../client/actions/action_pairs.ts";
import { phaseName } from "../../client/phases.ts";
import { nameOf } from "../../text.ts";
import {
  type Difference,
  differenceOf,
  rankOf,
  SINGLE_RANK,
  timeChange,
} from "./action_difference.ts";
import { kindOf, taskOf, timesOf } from "../actions/action_facts.ts";
import { msOf, spreadOfTimes } from "../actions/action_row.ts";

/** More than this that differ alike are told as one. */
const MAX_ALIKE = 3;

/** Names shown of those. */
const NAMES = 3;

/** What differs among the actions of two runs, for a reader. */
export interface ComparedActions {
  /** The most telling first. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How many pairs differ. */
  readonly different: number;
  readonly equal: number;
}

/** Compares what was paired. */
export function compareActions(
  { pairs, onlyBefore, onlyAfter }: PairedActions,
): ComparedActions {
  const found = pairs.flatMap((pair) => {
    const difference = differenceOf(pair);
    return Object.keys(difference).length > 0 ? [{ pair, difference }] : [];
  });
  const alike = Map.groupBy(
    found,
    ({ pair, difference }) =>
      JSON.stringify([placeOf(pair.after), pair.depth, difference]),
  );
  const rows = [
    ...[...alike.values()].flatMap((group) =>
      group.length > MAX_ALIKE ? foldedRow(group) : group.map(pairRow)
    ),
    ...singleRows(onlyAfter, "only the run has it"),
    ...singleRows(onlyBefore, "only `against` has it"),
  ];
  rows.sort((a, b) => a.rank - b.rank || b.weight - a.weight);
  return {
    rows: rows.map(({ row }) => row),
    different: found.length,
    equal: pairs.length - found.length,
  };
}

/** A row with what puts it in order. */
interface Ranked {
  readonly row: Readonly<Record<string, unknown>>;
  /** The kind of difference, the most telling first. */
  readonly rank: number;
  /** Within its kind: milliseconds, or how many. */
  readonly weight: number;
}

interface Found {
  readonly pair: ActionPair;
  readonly difference: Difference;
}

function pairRow({ pair, difference }: Found): Ranked {
  const { before, after } = pair;
  const { took: _, ...told } = difference;
  return {
    row: {
      ...placeOf(after),
      depth: pair.depth,
      action: { before: idOf(before), after: idOf(after) },
      ...told,
      duration: {
        before: timesOf(before.status).duration,
        after: timesOf(after.status).duration,
      },
    },
    rank: rankOf(difference),
    weight: Math.abs(timeChange(pair)),
  };
}

/** Pairs that differ alike: how many, how long they took, and a few of them. */
function foldedRow(found: readonly Found[]): Ranked[] {
  const [first] = found;
  if (!first) return [];
  const { pair, difference } = first;
  const { took: _, ...told } = difference;
  const times = (side: "before" | "after") =>
    spreadOfTimes(found.flatMap(({ pair }) => msOf(pair[side].status) ?? []));
  return [{
    row: {
      folded: found.length,
      ...placeOf(pair.after),
      depth: pair.depth,
      names: found.slice(0, NAMES).map(({ pair }) => idOf(pair.after)),
      ...told,
      duration: { before: times("before"), after: times("after") },
    },
    rank: rankOf(difference),
    weight: found.reduce(
      (sum, { pair }) => sum + Math.abs(timeChange(pair)),
      0,
    ),
  }];
}

function singleRows(
  all: readonly SingleAction[],
  difference: string,
): Ranked[] {
  const alike = Map.groupBy(
    all,
    ({ action, depth }) =>
      JSON.stringify([placeOf(action), depth, action.status?.phase]),
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { action, depth } = first;
    const below = group.reduce((sum, one) => sum + one.below, 0);
    const spread = spreadOfTimes(
      group.flatMap(({ action }) => msOf(action.status) ?? []),
    );
    return [{
      row: {
        difference,
        ...group.length > 1 && { folded: group.length },
        ...placeOf(action),
        depth,
        names: group.slice(0, NAMES).map(({ action }) => idOf(action)),
        phase: phaseName(action.status?.phase ?? 0),
        ...below > 0 && { actions_below: below },
        duration: group.length > 1 ? spread : spread?.max ?? null,
      },
      rank: SINGLE_RANK,
      weight: group.length,
    }];
  });
}

function idOf({ id }: Action): string {
  return nameOf(id?.name ?? "");
}

/** What tells actions of different work apart, for a reader. */
function placeOf({ metadata }: Action) {
  const kind = kindOf(metadata);
  return {
    task: taskOf(metadata).task,
    ...kind !== "task" && { kind },
    group: nameOf(metadata?.group ?? "") || null,
  };
}
