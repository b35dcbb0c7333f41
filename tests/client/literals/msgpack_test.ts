/**
 * MessagePack as the Python SDK writes dataclasses, read by us and written by
 * somebody else's encoder; and bytes that nobody should believe.
 */
import { encode, ExtensionCodec } from "@msgpack/msgpack";
import { assert, assertEquals } from "@std/assert";
import type { JsonValue } from "@bufbuild/protobuf";
import fc from "fast-check";
import { decodeLiteral } from "../../../src/client/literals/decode.ts";
import {
  binary,
  fenced,
  literal,
  presented,
  presentedBytes,
} from "./literals.ts";

function decoded(bytes: Uint8Array, path = "") {
  const value = literal(binary(bytes, "msgpack"));
  return decodeLiteral(value, null, { path });
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

const CASES: readonly (readonly [string, string, JsonValue])[] = [
  ["the smallest fixint", "e0", -32],
  ["the largest fixint", "7f", 127],
  ["nil", "c0", null],
  ["false", "c2", false],
  ["true", "c3", true],
  ["uint 8", "cc ff", 255],
  ["uint 16", "cd ffff", 65535],
  ["uint 32", "ce ffffffff", 4294967295],
  ["uint 64", "cf ffffffffffffffff", "18446744073709551615"],
  ["a small uint 64", "cf 0000000000000001", 1],
  ["int 8", "d0 80", -128],
  ["int 16", "d1 8000", -32768],
  ["int 32", "d2 80000000", -2147483648],
  ["int 64", "d3 8000000000000000", "-9223372036854775808"],
  ["float 32", "ca 3fc00000", 1.5],
  ["float 64", "cb 3fb999999999999a", 0.1],
  ["NaN", "cb 7ff8000000000000", "NaN"],
  ["minus infinity", "ca ff800000", "-Infinity"],
  ["fixstr", "a3 616461", "ada"],
  ["str 8", "d9 03 616461", "ada"],
  ["str 16", "da 0003 616461", "ada"],
  ["str 32", "db 00000003 616461", "ada"],
  ["text that is no UTF-8", "a2 ff61", fenced("\ufffda")],
  ["fixarray", "92 01 02", [1, 2]],
  ["array 16", "dc 0001 01", [1]],
  ["array 32", "dd 00000001 01", [1]],
  ["fixmap", "81 a1 61 01", { a: 1 }],
  ["map 16", "de 0001 a1 61 01", { a: 1 }],
  ["map 32", "df 00000001 a1 61 01", { a: 1 }],
  ["bin 8", "c4 02 0001", bytesOf("AAE=", 2)],
  ["bin 16", "c5 0002 0001", bytesOf("AAE=", 2)],
  ["bin 32", "c6 00000002 0001", bytesOf("AAE=", 2)],
  ["fixext 1", "d4 05 07", bytesOf("Bw==", 1, "msgpack extension 5")],
  ["fixext 16", `d8 05 ${"07".repeat(16)}`, extension16()],
  ["ext 8", "c7 01 05 07", bytesOf("Bw==", 1, "msgpack extension 5")],
  ["ext 16", "c8 0001 fb 07", bytesOf("Bw==", 1, "msgpack extension -5")],
  ["ext 32", "c9 00000001 05 07", bytesOf("Bw==", 1, "msgpack extension 5")],
  ["timestamp 32", "d6 ff 00000001", "1970-01-01T00:00:01Z"],
  ["timestamp 64", "d7 ff 0000000400000001", "1970-01-01T00:00:01.000000001Z"],
  [
    "timestamp 96",
    "c7 0c ff 00000001 ffffffffffffffff",
    "1969-12-31T23:59:59.000000001Z",
  ],
  [
    "a timestamp of no known length",
    "c7 01 ff 07",
    bytesOf("Bw==", 1, "msgpack extension -1"),
  ],
  ["keys that are numbers, in order", "82 0a 01 02 02", { "10": 1, "2": 2 }],
  [
    "keys of every kind",
    "86 c0 01 c3 02 cb3ff8000000000000 03 c40107 04 9101 05 80 06",
    {
      null: 1,
      true: 2,
      "1.5": 3,
      "Bw==": 4,
      "list of 1": 5,
      "map of 0": 6,
    },
  ],
  ["the same key twice", "82 a1 61 01 a1 61 02", { a: 1, "a (2)": 2 }],
  ["the key of a prototype", "81 a9 5f5f70726f746f5f5f 01", proto()],
];

function bytesOf(base64: string, bytes: number, tag: string | null = null) {
  const shown = tag === null ? null : fenced(tag);
  return { kind: "binary", tag: shown, bytes, base64 };
}

function extension16() {
  const base64 = new Uint8Array(16).fill(7).toBase64();
  return bytesOf(base64, 16, "msgpack extension 5");
}

function proto(): JsonValue {
  return JSON.parse('{"__proto__":1}');
}

for (const [what, bytes, expected] of CASES) {
  Deno.test(`readMsgpack() reads ${what}`, () => {
    assertEquals(presented(decoded(hex(bytes))), expected);
  });
}

for (
  const [what, given, problem] of [
    ["nothing", "", "The bytes end too early"],
    ["a number that is cut off", "cb 3fb9", "The bytes end too early"],
    ["a text that is cut off", "a5 616461", "The bytes end too early"],
    ["a list that is cut off", "92 01", "The bytes end too early"],
    ["a list of four billion", "dd ffffffff", "The bytes end too early"],
    ["a map of four billion", "df ffffffff a0 01", "The bytes end too early"],
    ["the byte that means nothing", "c1", "There is a byte that means nothing"],
    ["more than one value", "01 02 03", "2 bytes follow the value"],
  ] as const
) {
  Deno.test(`readMsgpack() shows as bytes what is not MessagePack: ${what}`, () => {
    const bytes = hex(given);
    assertEquals(decoded(bytes).value, {
      kind: "binary",
      tag: "msgpack",
      bytes: bytes.length,
      problem,
      base64: bytes.toBase64(),
    });
  });
}

Deno.test("readMsgpack() makes no room for what lists only claim to hold", () => {
  // 400,000 lists within one another, each claiming 100,000 items: 300 GB.
  const bytes = new Uint8Array(2_000_000);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 5) {
    view.setUint8(at, 0xdd);
    view.setUint32(at + 1, 100_000);
  }
  const { value } = decoded(bytes);
  assert(JSON.stringify(value).includes("The bytes end too early"));
});

Deno.test("readMsgpack() goes on behind what is nested too deeply", () => {
  const deep = new Uint8Array(100_000).fill(0x91);
  const bytes = new Uint8Array([0x92, ...deep, 0xc0, 0x07]);
  const { value, isCut } = decoded(bytes);
  assertEquals(isCut, true);
  assert(Array.isArray(value));
  assertEquals(value[1], 7);
  assert(JSON.stringify(value[0]).includes('{"cut":"depth","levels":64}'));
});

/** JSON that decoding leaves as it is: no sentences, no numbers that JSON changes. */
const plainJson = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => number === 0 ? 0 : number),
    fc.stringMatching(/^[a-z_]{0,20}$/),
    fc.array(tie("tree"), { maxLength: 6 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), tie("tree"), {
      maxKeys: 6,
      noNullPrototype: true,
    }),
  ),
})).tree;

Deno.test("readMsgpack() reads what another implementation wrote", () => {
  fc.assert(fc.property(plainJson, (value) => {
    assertEquals(decoded(encode(value)).value, value);
  }));
});

Deno.test("readMsgpack() reads the times that another implementation wrote", () => {
  const date = fc.date({
    noInvalidDate: true,
    min: new Date("0000-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
  });
  fc.assert(fc.property(date, (when) => {
    const { value } = decoded(encode(when));
    assertEquals(value, when.toISOString().replace(".000Z", "Z"));
  }));
});

Deno.test("readMsgpack() carries out no extension", () => {
  const extensionCodec = new ExtensionCodec();
  extensionCodec.register({
    type: 1,
    encode: (value) => value instanceof Set ? encode([...value]) : null,
    decode: () => null,
  });
  const bytes = encode(new Set([1]), { extensionCodec });
  assertEquals(
    presented(decoded(bytes)),
    bytesOf("kQE=", 2, "msgpack extension 1"),
  );
});

Deno.test("readMsgpack() makes JSON within the budget of any bytes at all", () => {
  const bytes = fc.uint8Array({ maxLength: 2_000 });
  fc.assert(
    fc.property(
      bytes,
      fc.integer({ min: 256, max: 3_000 }),
      (raw, maxBytes) => {
        const value = literal(binary(raw, "msgpack"));
        const decoded = decodeLiteral(value, null, { maxBytes });
        assertEquals(JSON.parse(JSON.stringify(decoded.value)), decoded.value);
        assert(presentedBytes(decoded.value) <= maxBytes);
      },
    ),
    { numRuns: 500 },
  );
});
