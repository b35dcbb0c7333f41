import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeLiteral,
  decodeLiterals,
} from "../../../src/client/literals/decode.ts";
import { ToolError } from "../../../src/errors.ts";
import {
  collection,
  integer,
  literal,
  named,
  presented,
  string,
} from "./literals.ts";

const VALUES = named({
  o0: {
    scalar: {
      generic: {
        rows: [{ name: "a" }, { name: "b" }, { name: "c" }],
        "any name": { "x.y": 1 },
        'a "quoted" one': 2,
        empty: [],
        nothing: {},
      },
    },
  },
  o1: collection(integer(1), integer(2)),
  "learning-rate": string("two words"),
});

for (
  const [path, expected] of [
    ["o1", [1, 2]],
    ["o1[0]", 1],
    ["o1[-1]", 2],
    ["o1.1", 2],
    ["o1[1:]", [2]],
    ["o1[:1]", [1]],
    ["o1[-1:]", [2]],
    ["o1[5:]", []],
    ["o1[1:0]", []],
    ["o1[:]", [1, 2]],
    ["o0.rows[1].name", "b"],
    ["o0.rows[1:3]", [{ name: "b" }, { name: "c" }]],
    ['o0["any name"]', { "x.y": 1 }],
    ['o0["any name"]["x.y"]', 1],
    ["o0.any name", { "x.y": 1 }],
    ['o0["a \\"quoted\\" one"]', 2],
    ["o0[3:]", { empty: [], nothing: {} }],
    ["learning-rate[4:9]", "words"],
    ["[1:2]", { o1: [1, 2] }],
  ] as const
) {
  Deno.test(`decodeLiterals() finds ${path}`, () => {
    const decoded = decodeLiterals(VALUES, undefined, { path });
    assertEquals(JSON.stringify(presented(decoded)), JSON.stringify(expected));
  });
}

for (
  const [path, message, nextStep] of [
    [
      "o2",
      'There is no "o2" in the values.',
      "It has: o0, o1, learning-rate.",
    ],
    [
      "o0.rows[3]",
      "There is no item 3 in o0.rows.",
      "It is a list: use an index from 0 to 2.",
    ],
    [
      "o0.rows[-4]",
      "There is no item -4 in o0.rows.",
      "It is a list: use an index from 0 to 2.",
    ],
    ["o0.empty[0]", "There is no item 0 in o0.empty.", "It is an empty list."],
    ["o0.nothing.x", 'There is no "x" in o0.nothing.', "It is empty."],
    [
      "o0.rows.name",
      'There is no "name" in o0.rows.',
      "It is a list: use an index from 0 to 2.",
    ],
    [
      "o1[0].x",
      'There is no "x" in o1[0].',
      "It is a single value: end the path there.",
    ],
    [
      "o1[0][1:]",
      "There is no part to slice in o1[0].",
      "It is a single value: end the path there.",
    ],
    [
      "learning-rate.x",
      'There is no "x" in ["learning-rate"].',
      "It is text: end the path there, or with a slice such as [0:1000].",
    ],
    ...[
      ["o1[1:][0]", 'it goes wrong after "o1"'],
      ["o1[x]", 'it goes wrong after "o1"'],
      ["[", "it goes wrong at its start"],
      ["o0..rows", 'it goes wrong after "o0"'],
      ['o0["\\x"]', 'it goes wrong after "o0"'],
    ].map(([path, problem]) =>
      [
        path,
        `"${path}" is not a path: ${problem}.`,
        'Write it like o0.rows[3].name, o0["any name"] or o0[10:20].',
      ] as const
    ),
  ] as const
) {
  Deno.test(`decodeLiterals() refuses the path ${path}`, () => {
    const error = assertThrows(
      () => decodeLiterals(VALUES, undefined, { path: String(path) }),
      ToolError,
    );
    assertEquals(error.code, "invalid_argument");
    assertEquals(error.message, message);
    assertEquals(error.nextStep, nextStep);
  });
}

Deno.test("decodeLiterals() names only some of many fields in a refusal", () => {
  const values = named(Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`v${i}`, integer(i)]),
  ));
  const error = assertThrows(
    () => decodeLiterals(values, undefined, { path: "x" }),
    ToolError,
  );
  assertEquals(error.nextStep.endsWith("v18, v19 and 10 more."), true);
});

Deno.test("decodeLiteral() refuses a path into bytes but for their base64", () => {
  const value = literal({ scalar: { binary: { value: "AQID", tag: "" } } });
  const error = assertThrows(
    () => decodeLiteral(value, null, { path: "[0]" }),
    ToolError,
  );
  assertEquals(
    error.nextStep,
    "It is binary: end the path there, or with .base64.",
  );
  assertEquals(decodeLiteral(value, null, { path: "base64" }).value, "AQID");
});
