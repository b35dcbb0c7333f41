import {
  type Filter,
  Filter_Function,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Cell, Column, Columns } from "./columns.ts";
import { type LiteralContext, parseLiteral } from "./literals.ts";
import { likePattern } from "./like.ts";
import { invalidArgument, sqlError } from "./sql_error.ts";

/** Whether a row is kept. */
export type Predicate<Row> = (row: Row) => boolean;

/** The functions the services turn into SQL; others are refused. */
const SUPPORTED = new Set([
  Filter_Function.EQUAL,
  Filter_Function.NOT_EQUAL,
  Filter_Function.GREATER_THAN,
  Filter_Function.GREATER_THAN_OR_EQUAL,
  Filter_Function.LESS_THAN,
  Filter_Function.LESS_THAN_OR_EQUAL,
  Filter_Function.CONTAINS,
  Filter_Function.VALUE_IN,
  Filter_Function.ENDS_WITH,
  Filter_Function.NOT_ENDS_WITH,
  Filter_Function.CONTAINS_CASE_INSENSITIVE,
]);

/** Refuses filters as the services do before they ask the database. */
export function checkFilters<Row>(
  filters: readonly Filter[],
  columns: Columns<Row>,
): void {
  for (const filter of filters) {
    const problem = filterProblem(filter, columns);
    if (problem === undefined) continue;
    throw invalidArgument(`failed to convert filters: ${problem}`);
  }
}

function filterProblem<Row>(
  { field, values, function: fn }: Filter,
  columns: Columns<Row>,
): string | undefined {
  if (!columns.has(field)) return `invalid filter field: ${field}`;
  if (!SUPPORTED.has(fn)) {
    return `unsupported filter function: ${Filter_Function[fn] ?? fn}`;
  }
  return values.length === 0 ? `filter ${field} has no values` : undefined;
}

/** One predicate for filters that were checked; SQL errors come out here. */
export function compileFilters<Row>(
  filters: readonly Filter[],
  columns: Columns<Row>,
  context: LiteralContext,
): Predicate<Row> {
  const predicates = filters.map((filter) => {
    const column = columns.get(filter.field);
    if (!column) throw invalidArgument(`invalid filter field: ${filter.field}`);
    if (column.type === "missing") {
      throw sqlError(
        context.doing,
        `column "${filter.field}" does not exist (SQLSTATE 42703)`,
      );
    }
    const { values } = filter;
    return compile({ fn: filter.function, values }, column, context);
  });
  return (row) => predicates.every((predicate) => predicate(row));
}

/** A function with its values, already known to be supported. */
export interface Condition {
  readonly fn: Filter_Function;
  readonly values: readonly string[];
}

/** The predicate of one condition on one column; NULL never meets one. */
export function compile<Row>(
  { fn, values }: Condition,
  column: Column<Row>,
  context: LiteralContext,
): Predicate<Row> {
  switch (fn) {
    case Filter_Function.CONTAINS:
    case Filter_Function.ENDS_WITH:
    case Filter_Function.NOT_ENDS_WITH:
    case Filter_Function.CONTAINS_CASE_INSENSITIVE:
      return compileLike({ fn, values }, column, context);
    case Filter_Function.VALUE_IN:
      if (values.length > 1) return compileIn(values, column, context);
      // The services pass one value as a scalar where PostgreSQL wants an array.
      throw encodeError(values, `an array of type ${column.type}`, context);
    default:
      if (values.length > 1) throw encodeError(values, column.type, context);
      return compileComparison({ fn, values }, column, context);
  }
}

/** Membership of a list, as `= ANY(…)` has it. */
export function compileIn<Row>(
  values: readonly string[],
  column: Column<Row>,
  context: LiteralContext,
): Predicate<Row> {
  const wanted = new Set(
    values.map((value) => parseLiteral(value, column.type, context)),
  );
  return (row) => {
    const cell = column.cell(row);
    return cell !== null && wanted.has(cell);
  };
}

function compileComparison<Row>(
  { fn, values }: Condition,
  column: Column<Row>,
  context: LiteralContext,
): Predicate<Row> {
  const wanted = parseLiteral(values[0] ?? "", column.type, context);
  return (row) => {
    const cell = column.cell(row);
    return cell !== null && wanted !== null && holds(fn, cell, wanted);
  };
}

function holds(
  fn: Filter_Function,
  cell: NonNullable<Cell>,
  wanted: NonNullable<Cell>,
): boolean {
  switch (fn) {
    case Filter_Function.NOT_EQUAL:
      return cell !== wanted;
    case Filter_Function.GREATER_THAN:
      return cell > wanted;
    case Filter_Function.GREATER_THAN_OR_EQUAL:
      return cell >= wanted;
    case Filter_Function.LESS_THAN:
      return cell < wanted;
    case Filter_Function.LESS_THAN_OR_EQUAL:
      return cell <= wanted;
    default:
      return cell === wanted;
  }
}

function compileLike<Row>(
  { fn, values }: Condition,
  column: Column<Row>,
  { doing }: LiteralContext,
): Predicate<Row> {
  const anyCase = fn === Filter_Function.CONTAINS_CASE_INSENSITIVE;
  if (column.type !== "text") {
    throw sqlError(
      doing,
      anyCase
        ? `function lower(${column.type}) does not exist (SQLSTATE 42883)`
        : `operator does not exist: ${column.type} ~~ unknown (SQLSTATE 42883)`,
    );
  }
  const [first] = values;
  // Go prints a list of several values into the pattern as [a b].
  const value = values.length === 1 ? first : `[${values.join(" ")}]`;
  const atEnd = fn === Filter_Function.ENDS_WITH ||
    fn === Filter_Function.NOT_ENDS_WITH;
  const pattern = likePattern(atEnd ? `%${value}` : `%${value}%`, { anyCase });
  const wanted = fn !== Filter_Function.NOT_ENDS_WITH;
  return (row) => {
    const cell = column.cell(row);
    return typeof cell === "string" && pattern.test(cell) === wanted;
  };
}

function encodeError(
  values: readonly string[],
  type: string,
  { doing }: LiteralContext,
): ReturnType<typeof sqlError> {
  const list = values.map((value) => JSON.stringify(value)).join(", ");
  return sqlError(doing, `unable to encode []string{${list}} into ${type}`);
}
