import type { JsonValue } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { decodeLiteral } from "../../../src/client/literals/decode.ts";
import { integer, literal, presented, string, typeOf } from "./literals.ts";

const INT = { simple: "INTEGER", structure: { tag: "int" } };
const FLOAT = { simple: "FLOAT", structure: { tag: "float" } };
const STR = { simple: "STRING", structure: { tag: "str" } };
const DURATION = { simple: "DURATION", structure: { tag: "timedelta" } };
const NONE = { simple: "NONE", structure: { tag: "none" } };

function dataclass(title: string) {
  return { simple: "STRUCT", metadata: { title, type: "object" } };
}

function union(value: JsonValue, type: JsonValue): JsonValue {
  return { scalar: { union: { value, type } } };
}

const HYPER = { scalar: { generic: { lr: 0.5 } } };

const CASES: readonly (readonly [
  string,
  JsonValue[],
  JsonValue,
  JsonValue,
])[] = [
  [
    "an optional that is none",
    [INT, NONE],
    union({ scalar: { noneType: {} } }, NONE),
    null,
  ],
  ["an optional that is there", [INT, NONE], union(integer(3), INT), 3],
  ["one of two kinds", [INT, STR], union(string("3"), STR), "3"],
  ["one of two numbers", [INT, FLOAT], union(integer(3), INT), 3],
  [
    "one of two that look alike, named",
    [STR, DURATION],
    union(string("5m0s"), STR),
    { union: "string", value: "5m0s" },
  ],
  [
    "one of two dataclasses, named",
    [dataclass("Adam"), dataclass("Sgd"), NONE],
    union(HYPER, dataclass("Sgd")),
    { union: "Sgd", value: { lr: 0.5 } },
  ],
  [
    "one of two lists, named",
    [{ collectionType: INT }, { collectionType: STR }],
    union({ collection: { literals: [integer(1)] } }, {
      collectionType: INT,
    }),
    { union: "list[integer]", value: [1] },
  ],
  [
    "a dataclass beside a list",
    [dataclass("Adam"), { collectionType: INT }],
    union(HYPER, dataclass("Adam")),
    { lr: 0.5 },
  ],
];

for (const [what, variants, given, expected] of CASES) {
  Deno.test(`decodeLiteral() shows a union: ${what}`, () => {
    const type = typeOf({ unionType: { variants } });
    const decoded = decodeLiteral(literal(given), type);
    assertEquals(presented(decoded), expected);
  });
}

Deno.test("decodeLiteral() shows the bare value of a union whose type is not known", () => {
  const value = literal(union(HYPER, dataclass("Sgd")));
  assertEquals(decodeLiteral(value, null).value, { lr: 0.5 });
});

Deno.test("decodeLiteral() says so when a union has no value", () => {
  const value = literal({ scalar: { union: { type: INT } } });
  assertEquals(decodeLiteral(value, null).value, { unknown: "no value" });
});

Deno.test("decodeLiteral() finds the value of a named variant by the path it shows", () => {
  const variants = [dataclass("Adam"), dataclass("Sgd")];
  const value = literal(union(HYPER, dataclass("Sgd")));
  const type = typeOf({ unionType: { variants } });
  assertEquals(decodeLiteral(value, type, { path: "value.lr" }).value, 0.5);
});
