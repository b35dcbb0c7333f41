import type { Micros } from "../clock.ts";

/** What a cell holds; `null` is SQL's NULL. */
export type Cell = string | number | boolean | null;

/**
 * PostgreSQL's type of a column. `missing` is a column the services allow in
 * filters and sorts although their table has none of that name.
 */
export type ColumnType =
  | "text"
  | "integer"
  | "timestamp"
  | "boolean"
  | "missing";

/** One column a list may be filtered and sorted by. */
export interface Column<Row> {
  readonly type: ColumnType;
  readonly cell: (row: Row) => Cell;
}

/** The columns a list allows, by name. */
export type Columns<Row> = ReadonlyMap<string, Column<Row>>;

/** A TEXT column. */
export function text<Row>(cell: (row: Row) => string | null): Column<Row> {
  return { type: "text", cell };
}

/** An INTEGER or BIGINT column. */
export function integer<Row>(cell: (row: Row) => number | null): Column<Row> {
  return { type: "integer", cell };
}

/** A TIMESTAMPTZ column. */
export function timestamp<Row>(cell: (row: Row) => Micros | null): Column<Row> {
  return { type: "timestamp", cell };
}

/** A BOOLEAN column. */
export function boolean<Row>(cell: (row: Row) => boolean): Column<Row> {
  return { type: "boolean", cell };
}

/** A column that is allowed but does not exist: using it is an SQL error. */
export function missing<Row>(): Column<Row> {
  return { type: "missing", cell: () => null };
}
