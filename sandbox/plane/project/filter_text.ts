import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Columns } from "../list/columns.ts";
import { compile, compileIn, type Predicate } from "../list/filters.ts";
import type { LiteralContext } from "../list/literals.ts";
import { invalidArgument } from "../list/sql_error.ts";

/** One term of the text that ListProjects takes as its filters. */
export interface Term {
  readonly fn: "eq" | "ne" | "contains" | "value_in";
  readonly field: string;
  readonly values: readonly string[];
}

/**
 * Parses `fn(field,value)+fn(field,value)`; a `value_in` separates its values
 * by semicolons.
 *
 * @throws {ConnectError} `invalid_argument` when a term does not parse, or
 * names a function or field that is unknown
 */
export function parseFilterText<Row>(
  filters: string,
  columns: Columns<Row>,
): Term[] {
  if (filters.trim() === "") return [];
  return filters.split("+").map((term) => parseTerm(term.trim(), columns));
}

function parseTerm<Row>(term: string, columns: Columns<Row>): Term {
  const match = /^([^(]+)\((.*)\)$/s.exec(term);
  if (!match) throw invalidArgument(`invalid filter format: ${term}`);
  const [, name = "", args = ""] = match;
  const comma = args.indexOf(",");
  if (comma < 0) throw invalidArgument(`invalid filter arguments: ${term}`);
  const field = args.slice(0, comma).trim();
  if (!columns.has(field)) {
    throw invalidArgument(`invalid filter field: ${field}`);
  }
  const value = args.slice(comma + 1).trim();
  const fn = name.trim().toLowerCase();
  switch (fn) {
    case "eq":
    case "ne":
    case "contains":
      return { fn, field, values: [value] };
    case "value_in": {
      const values = value.split(";").map((one) => one.trim());
      return { fn, field, values };
    }
    default:
      throw invalidArgument(`unsupported filter function: ${fn}`);
  }
}

/** One predicate for all terms; SQL errors come out here. */
export function compileTerms<Row>(
  terms: readonly Term[],
  columns: Columns<Row>,
  context: LiteralContext,
): Predicate<Row> {
  const predicates = terms.map(({ fn, field, values }) => {
    const column = columns.get(field);
    if (!column) throw invalidArgument(`invalid filter field: ${field}`);
    if (fn === "value_in") return compileIn(values, column, context);
    return compile({ fn: FUNCTIONS[fn], values }, column, context);
  });
  return (row) => predicates.every((predicate) => predicate(row));
}

const FUNCTIONS = {
  eq: Filter_Function.EQUAL,
  ne: Filter_Function.NOT_EQUAL,
  contains: Filter_Function.CONTAINS,
};
