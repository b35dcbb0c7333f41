import {
  type Sort,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Cell, Columns } from "./columns.ts";
import { invalidArgument, sqlError } from "./sql_error.ts";

/** Orders two rows. */
export type Comparator<Row> = (a: Row, b: Row) => number;

/** Refuses keys that are not allowed, as the services do before they ask the database. */
export function checkSorts<Row>(
  sorts: readonly Sort[],
  columns: Columns<Row>,
): void {
  for (const { key } of sorts) {
    if (!columns.has(key)) throw invalidArgument(`invalid sort field: ${key}`);
  }
}

/** The order the sorts ask for, first one first; sorts were checked. */
export function compileSorts<Row>(
  sorts: readonly Sort[],
  columns: Columns<Row>,
  doing: string,
): Comparator<Row> {
  return inTurn(sorts.map(({ key, direction }) => {
    const column = columns.get(key);
    if (!column) throw invalidArgument(`invalid sort field: ${key}`);
    if (column.type === "missing") {
      throw sqlError(doing, `column "${key}" does not exist (SQLSTATE 42703)`);
    }
    const up = by(column.cell);
    return direction === Sort_Direction.ASCENDING ? up : descending(up);
  }));
}

/** Ascending by a cell, NULL last as PostgreSQL has it; text goes by its bytes. */
export function by<Row>(cell: (row: Row) => Cell): Comparator<Row> {
  return (a, b) => compareCells(cell(a), cell(b));
}

/** The other way round, so NULL first. */
export function descending<Row>(order: Comparator<Row>): Comparator<Row> {
  return (a, b) => order(b, a);
}

/** Later orders break the ties of earlier ones. */
export function inTurn<Row>(
  orders: readonly Comparator<Row>[],
): Comparator<Row> {
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function compareCells(a: Cell, b: Cell): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
