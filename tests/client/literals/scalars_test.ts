/** What is itself in JSON, or a short string. */
import { create, type JsonValue } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import {
  type Literal,
  LiteralSchema,
  ScalarSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import { decodeLiteral } from "../../../src/client/literals/decode.ts";
import {
  collection,
  fenced,
  integer,
  literal,
  presented,
  primitive,
  string,
} from "./literals.ts";

const NONE = { scalar: { noneType: {} } };

const CASES: readonly (readonly [string, JsonValue, JsonValue])[] = [
  ["an integer", integer(-3), -3],
  ["the largest safe integer", integer("9007199254740991"), 9007199254740991],
  [
    "an integer that a JSON number would round",
    integer("9007199254740993"),
    "9007199254740993",
  ],
  [
    "the smallest integer",
    integer("-9223372036854775808"),
    "-9223372036854775808",
  ],
  ["a float", primitive({ floatValue: 0.1 }), 0.1],
  ["a float without a fraction", primitive({ floatValue: 3 }), 3],
  ["NaN", primitive({ floatValue: "NaN" }), "NaN"],
  ["infinity", primitive({ floatValue: "Infinity" }), "Infinity"],
  ["minus infinity", primitive({ floatValue: "-Infinity" }), "-Infinity"],
  ["false", primitive({ boolean: false }), false],
  ["a word", string("s3://b/x-1.csv"), "s3://b/x-1.csv"],
  ["no characters", string(""), ""],
  ["a sentence", string("two words"), fenced("two words")],
  ["a long word", string("x".repeat(65)), fenced("x".repeat(65))],
  ["invisible characters", string("a\u202e\x1b[31mb"), "ab"],
  [
    "a time",
    primitive({ datetime: "2026-11-01T12:00:00Z" }),
    "2026-11-01T12:00:00Z",
  ],
  [
    "a time in microseconds",
    primitive({ datetime: "2026-11-01T12:00:00.000250Z" }),
    "2026-11-01T12:00:00.000250Z",
  ],
  ["a duration", primitive({ duration: "300s" }), "5m0s"],
  ["a negative duration", primitive({ duration: "-5400.500s" }), "-1h30m0.5s"],
  ["none", NONE, null],
  ["an empty list", collection(), []],
  [
    "a list of several kinds",
    collection(integer(1), NONE, collection(string("a"))),
    [1, null, ["a"]],
  ],
  ["an empty map", { map: {} }, {}],
  [
    "a map, in any keys",
    { map: { literals: { "a b": integer(1), "\u200bz": NONE } } },
    { "a b": 1, "z": null },
  ],
  [
    "a generic struct",
    {
      scalar: { generic: { n: 1, deep: [{ text: "two words" }, null, true] } },
    },
    { n: 1, deep: [{ text: fenced("two words") }, null, true] },
  ],
  [
    "an error",
    { scalar: { error: { message: "it broke", failedNodeId: "n0" } } },
    { kind: "error", message: fenced("it broke"), failed_node: "n0" },
  ],
  ["a literal without a value", {}, { unknown: "literal without a value" }],
  [
    "a scalar without a value",
    { scalar: {} },
    { unknown: "scalar without a value" },
  ],
  [
    "a primitive without a value",
    { scalar: { primitive: {} } },
    { unknown: "primitive without a value" },
  ],
];

for (const [what, given, expected] of CASES) {
  Deno.test(`decodeLiteral() shows ${what}`, () => {
    const decoded = decodeLiteral(literal(given), null);
    assertEquals(presented(decoded), expected);
    assertEquals(decoded.isCut, false);
  });
}

Deno.test("decodeLiteral() says so when there is no literal", () => {
  assertEquals(decodeLiteral(undefined, null).value, { unknown: "no value" });
});

Deno.test("decodeLiteral() names a case that is newer than its IDL", () => {
  const data = new Uint8Array([0]);
  const field = { no: 12, wireType: 2, data };
  const newer = create(LiteralSchema);
  newer.$unknown = [field];
  const scalar = create(ScalarSchema);
  scalar.$unknown = [field];
  const within = create(LiteralSchema, {
    value: { case: "scalar", value: scalar },
  });
  assertEquals(decodeLiteral(newer, null).value, {
    unknown: "literal field 12",
  });
  assertEquals(decodeLiteral(within, null).value, {
    unknown: "scalar field 12",
  });
});

/** Lists within lists; protobuf itself reads no more than some 50 from bytes. */
function nested(levels: number): Literal {
  if (levels === 0) return literal(integer(1));
  const literals = [nested(levels - 1)];
  return create(LiteralSchema, {
    value: { case: "collection", value: { literals } },
  });
}

Deno.test("decodeLiteral() stops 64 levels down and says so", () => {
  const whole = decodeLiteral(nested(64), null);
  const cut = decodeLiteral(nested(65), null);
  const [open, close] = ["[".repeat(64), "]".repeat(64)];
  assertEquals(JSON.stringify(whole.value), `${open}1${close}`);
  assertEquals(whole.isCut, false);
  assertEquals(
    JSON.stringify(cut.value),
    `${open}{"cut":"depth","levels":64}${close}`,
  );
  assertEquals(cut.isCut, true);
});
