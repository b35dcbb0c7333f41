import { assertEquals, assertThrows } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  Filter_Function,
  FilterSchema,
  Sort_Direction,
  SortSchema,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import {
  type Columns,
  integer,
  text,
  timestamp,
} from "../../../sandbox/plane/list/columns.ts";
import {
  checkFilters,
  compileFilters,
} from "../../../sandbox/plane/list/filters.ts";
import { likePattern } from "../../../sandbox/plane/list/like.ts";
import { parseLiteral } from "../../../sandbox/plane/list/literals.ts";
import { compileSorts } from "../../../sandbox/plane/list/sorting.ts";

interface Row {
  readonly name: string | null;
  readonly phase: number;
  readonly time: number | null;
}

const COLUMNS: Columns<Row> = new Map([
  ["name", text<Row>((row) => row.name)],
  ["phase", integer<Row>((row) => row.phase)],
  ["time", timestamp<Row>((row) => row.time)],
]);

const NOW = Date.parse("2026-03-01T15:30:00Z") * 1_000;
const CONTEXT = { doing: "failed to list", now: NOW };
const DAY = 86_400_000_000;
const MIDNIGHT = Date.parse("2026-03-01T00:00:00Z") * 1_000;

const ROWS: readonly Row[] = [
  { name: "alpha", phase: 5, time: 10 },
  { name: "Beta%", phase: 6, time: null },
  { name: null, phase: 4, time: 30 },
];

/** Which of the rows meet a filter, by their phases. */
function matching(filter: MessageInitShape<typeof FilterSchema>): number[] {
  const filters = [create(FilterSchema, filter)];
  checkFilters(filters, COLUMNS);
  return ROWS.filter(compileFilters(filters, COLUMNS, CONTEXT))
    .map(({ phase }) => phase);
}

const FILTERS: [string, MessageInitShape<typeof FilterSchema>, number[]][] = [
  ["NOT_EQUAL leaves NULL out", {
    function: Filter_Function.NOT_EQUAL,
    field: "name",
    values: ["alpha"],
  }, [6]],
  ["VALUE_IN takes several values", {
    function: Filter_Function.VALUE_IN,
    field: "phase",
    values: ["4", "6"],
  }, [6, 4]],
  ["LESS_THAN_OR_EQUAL compares numbers", {
    function: Filter_Function.LESS_THAN_OR_EQUAL,
    field: "phase",
    values: ["5"],
  }, [5, 4]],
  ["CONTAINS takes % as any text", {
    function: Filter_Function.CONTAINS,
    field: "name",
    values: ["a%a"],
  }, [5]],
  ["CONTAINS minds the case", {
    function: Filter_Function.CONTAINS,
    field: "name",
    values: ["beta"],
  }, []],
  ["CONTAINS_CASE_INSENSITIVE does not", {
    function: Filter_Function.CONTAINS_CASE_INSENSITIVE,
    field: "name",
    values: ["BETA"],
  }, [6]],
  ["NOT_ENDS_WITH leaves NULL out", {
    function: Filter_Function.NOT_ENDS_WITH,
    field: "name",
    values: ["ha"],
  }, [6]],
];

for (const [what, filter, phases] of FILTERS) {
  Deno.test(`compileFilters(): ${what}`, () => {
    assertEquals(matching(filter), phases);
  });
}

const REFUSED: [string, MessageInitShape<typeof FilterSchema>, string][] = [
  ["the field is unknown", { field: "age", values: ["1"] }, "invalid filter"],
  ["there are no values", { field: "name" }, "has no values"],
  ["VALUE_IN has one value", {
    function: Filter_Function.VALUE_IN,
    field: "phase",
    values: ["4"],
  }, "unable to encode"],
  ["text meets a number", { field: "phase", values: ["x"] }, "invalid input"],
  ["a number is searched for text", {
    function: Filter_Function.CONTAINS,
    field: "phase",
    values: ["1"],
  }, "operator does not exist"],
];

for (const [when, filter, message] of REFUSED) {
  Deno.test(`compileFilters() refuses when ${when}`, () => {
    assertThrows(() => matching(filter), ConnectError, message);
  });
}

const PATTERNS: [string, string, boolean][] = [
  ["a_c", "abc", true],
  ["a_c", "ac", false],
  ["a\\_c", "abc", false],
  ["a\\_c", "a_c", true],
  ["%.txt", "x.txt", true],
  ["%.txt", "xtxt", false],
  ["%", "two\nlines", true],
];

for (const [pattern, value, matches] of PATTERNS) {
  Deno.test(`likePattern() of ${pattern} is ${matches} for ${JSON.stringify(value)}`, () => {
    assertEquals(likePattern(pattern).test(value), matches);
  });
}

const TIMES: [string, number][] = [
  ["now", NOW],
  ["today", MIDNIGHT],
  ["yesterday", MIDNIGHT - DAY],
  ["tomorrow", MIDNIGHT + DAY],
  ["2026-03-01", MIDNIGHT],
  ["2026-03-01 02:00", MIDNIGHT + 7_200_000_000],
  ["2026-03-01T02:00:00.5+02", MIDNIGHT + 500_000],
  ["-infinity", -Infinity],
];

for (const [value, time] of TIMES) {
  Deno.test(`parseLiteral() reads the time ${value}`, () => {
    assertEquals(parseLiteral(value, "timestamp", CONTEXT), time);
  });
}

Deno.test("parseLiteral() reads booleans as PostgreSQL does", () => {
  const words = ["t", "YES", "on", "1", "f", "No", "off", "0"];
  const read = words.map((word) => parseLiteral(word, "boolean", CONTEXT));
  const [yes, no] = [true, false];
  assertEquals(read, [yes, yes, yes, yes, no, no, no, no]);
});

const ORDERS: [string, Sort_Direction, (number | null)[]][] = [
  ["last when it rises", Sort_Direction.ASCENDING, [10, 30, null]],
  ["first when it falls", Sort_Direction.DESCENDING, [null, 30, 10]],
];

for (const [what, direction, times] of ORDERS) {
  Deno.test(`compileSorts() puts NULL ${what}`, () => {
    const sorts = [create(SortSchema, { key: "time", direction })];
    const sorted = ROWS.toSorted(compileSorts(sorts, COLUMNS, "failed"));
    assertEquals(sorted.map(({ time }) => time), times);
  });
}
