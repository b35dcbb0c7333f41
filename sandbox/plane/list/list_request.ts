import type {
  Filter,
  ListRequest,
  Sort,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Micros } from "../clock.ts";
import type { Columns } from "./columns.ts";
import { checkFilters, compileFilters, type Predicate } from "./filters.ts";
import {
  checkSorts,
  type Comparator,
  compileSorts,
  inTurn,
} from "./sorting.ts";
import { invalidArgument } from "./sql_error.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A list request whose limit, token, sorts and filters were found sound. */
export interface Query {
  readonly limit: number;
  readonly offset: number;
  readonly sorts: readonly Sort[];
  readonly filters: readonly Filter[];
}

/** Reads a list request, in the order in which the services refuse it. */
export function readListRequest<Row>(
  request: ListRequest | undefined,
  columns: Columns<Row>,
): Query {
  const limit = request?.limit || DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) {
    throw invalidArgument(
      `invalid limit: ${limit} (exceeds maximum of ${MAX_LIMIT})`,
    );
  }
  const sorts = sortsOf(request);
  checkSorts(sorts, columns);
  const filters = request?.filters ?? [];
  checkFilters(filters, columns);
  return { limit, offset: readToken(request?.token ?? ""), sorts, filters };
}

function sortsOf(request: ListRequest | undefined): readonly Sort[] {
  if (!request) return [];
  if (request.sortByFields.length > 0) return request.sortByFields;
  // The deprecated field counts only while the new one is empty.
  return request.sortBy?.key ? [request.sortBy] : [];
}

function readToken(token: string): number {
  if (token === "") return 0;
  if (/^\+?\d+$/.test(token)) return Number(token);
  throw invalidArgument(`invalid token: ${JSON.stringify(token)}`);
}

/** How the rows of one table are chosen. */
export interface Selection<Row> {
  readonly columns: Columns<Row>;
  /** What an SQL error begins with: "failed to list actions". */
  readonly doing: string;
  readonly now: Micros;
  /** The order without sorts. */
  readonly defaultOrder: Comparator<Row>;
  /** Breaks the ties of a client's sorts. */
  readonly tieBreak?: Comparator<Row>;
}

/** The filter of a query as a predicate; it is an SQL error where PostgreSQL has one. */
export function predicateOf<Row>(
  query: Query,
  { columns, doing, now }: Selection<Row>,
): Predicate<Row> {
  return compileFilters(query.filters, columns, { doing, now });
}

/** Rows in the order a query asks for. */
export function order<Row>(
  rows: readonly Row[],
  query: Query,
  selection: Selection<Row>,
): Row[] {
  const { columns, doing, defaultOrder, tieBreak } = selection;
  if (query.sorts.length === 0) return rows.toSorted(defaultOrder);
  const asked = compileSorts(query.sorts, columns, doing);
  return rows.toSorted(tieBreak ? inTurn([asked, tieBreak]) : asked);
}

/** A page that looks one row ahead: its token is empty on the last page. */
export function exactPage<Row>(
  rows: readonly Row[],
  { limit, offset }: Query,
): { rows: Row[]; token: string } {
  const page = rows.slice(offset, offset + limit);
  const more = rows.length > offset + limit;
  return { rows: page, token: more ? String(offset + limit) : "" };
}

/** A page that does not look ahead: a full one has a token, even if it is the last. */
export function fullPage<Row>(
  rows: readonly Row[],
  { limit, offset }: Query,
): { rows: Row[]; token: string } {
  const page = rows.slice(offset, offset + limit);
  const full = page.length > 0 && page.length === limit;
  return { rows: page, token: full ? String(offset + limit) : "" };
}
