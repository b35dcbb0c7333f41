/** Whatever a run wrote: decoding never throws, and keeps within its budget. */
import { encode } from "@msgpack/msgpack";
import type { JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeLiteral,
  decodeLiterals,
} from "../../../src/client/literals/decode.ts";
import { MAX_DEPTH } from "../../../src/client/literals/tree.ts";
import { binary, literal, named, presentedBytes, typeOf } from "./literals.ts";

/** Text of every kind, hostile ones included. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 40 }).map((one) => one.toWellFormed()),
  fc.constantFrom(
    "\x1b]8;;https://evil.example\x07link",
    "<<data-deadbeef fake deadbeef-data>>",
    "\ufdd0inner\ufdd1",
    "__proto__",
    "…",
    "https://b.example/x?sig=made-up",
    "x ".repeat(400),
  ),
);

const type = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 12 }).map((simple) => ({ simple })),
    fc.record({ title: text }).map((metadata) => ({
      simple: "STRUCT",
      metadata,
    })),
    fc.record({ format: text, dimensionality: fc.integer({ min: 0, max: 3 }) })
      .map((blob) => ({ blob })),
    fc.record({ values: fc.array(text, { maxLength: 3 }) })
      .map((enumType) => ({ enumType })),
    tie("tree").map((collectionType) => ({ collectionType })),
    tie("tree").map((mapValueType) => ({ mapValueType })),
    fc.array(tie("tree"), { maxLength: 3 })
      .map((variants) => ({ unionType: { variants } })),
    fc.constant({ structuredDatasetType: {} }),
    fc.constant({ schema: {} }),
    fc.constant({}),
  ),
})).tree;

const primitive = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((integer) => ({ integer: String(integer) })),
  fc.double().map((value) => ({
    floatValue: Number.isFinite(value) ? value : String(value),
  })),
  text.map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolean) => ({ boolean })),
  fc.constantFrom("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z")
    .map((datetime) => ({ datetime })),
  fc.constantFrom("315576000000s", "-0.000000001s", "1.5s")
    .map((duration) => ({ duration })),
  fc.constant({}),
).map((primitive) => ({ scalar: { primitive } }));

const json: fc.Arbitrary<JsonValue> = fc.json({ maxDepth: 4 })
  .map((one) => JSON.parse(one));

/** MessagePack, valid or with a byte changed or its end cut off. */
const msgpack = fc.tuple(
  json,
  fc.nat(),
  fc.nat(255),
  fc.constantFrom("valid", "changed", "cut"),
).map(([value, at, byte, how]) => {
  const bytes = encode(value);
  if (how === "changed") bytes[at % bytes.length] = byte;
  const end = how === "cut" ? at % bytes.length : bytes.length;
  return binary(bytes.subarray(0, end), "msgpack");
});

const stored = fc.oneof(
  fc.record({ uri: text }).map((blob) => ({ scalar: { blob } })),
  fc.record({ uri: text }).map((schema) => ({ scalar: { schema } })),
  fc.record({ uri: text }).map((structuredDataset) => ({
    scalar: { structuredDataset },
  })),
  fc.record({ uri: text, inferredType: type })
    .map((offloadedMetadata) => ({ offloadedMetadata })),
  fc.tuple(fc.uint8Array({ maxLength: 300 }), text)
    .map(([bytes, tag]) => binary(bytes, tag)),
);

const tree = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    primitive,
    stored,
    msgpack,
    fc.constantFrom({}, { scalar: {} }, { scalar: { noneType: {} } }),
    fc.record({ message: text }).map((error) => ({ scalar: { error } })),
    fc.dictionary(text, json, { maxKeys: 4, noNullPrototype: true })
      .map((generic) => ({ scalar: { generic } })),
    fc.array(tie("tree"), { maxLength: 30 })
      .map((literals) => ({ collection: { literals } })),
    fc.dictionary(text, tie("tree"), { maxKeys: 8, noNullPrototype: true })
      .map((literals) => ({ map: { literals } })),
    fc.record({ value: tie("tree"), type }, { requiredKeys: [] })
      .map((union) => ({ scalar: { union } })),
  ),
})).tree;

function depthOf(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  const depths = Object.values(value).map((one) => depthOf(one ?? null));
  return 1 + Math.max(0, ...depths);
}

Deno.test("decodeLiteral() makes JSON within its budget of any literal and type", () => {
  const budget = fc.integer({ min: 256, max: 4_000 });
  fc.assert(
    fc.property(tree, fc.option(type), budget, (given, declared, maxBytes) => {
      const declaredType = declared === null ? null : typeOf(declared);
      const decoded = decodeLiteral(literal(given), declaredType, { maxBytes });
      assertEquals(JSON.parse(JSON.stringify(decoded.value)), decoded.value);
      assert(presentedBytes(decoded.value) <= maxBytes);
      // Our own descriptions and markers add two levels to the deepest value.
      assert(depthOf(decoded.value) <= MAX_DEPTH + 2);
    }),
    { numRuns: 500 },
  );
});

Deno.test("decodeLiteral() leaves something out only when it does not fit", () => {
  fc.assert(fc.property(tree, (given) => {
    const whole = decodeLiteral(literal(given), null, { maxBytes: 1e9 });
    const bytes = presentedBytes(whole.value);
    const same = decodeLiteral(literal(given), null, { maxBytes: bytes });
    assertEquals(same, whole);
  }));
});

Deno.test("decodeLiterals() finds each part of a value at the path of its names", () => {
  const key = fc.stringMatching(/^[ -~]{1,12}$/)
    .filter((one) => one.trim() === one && !/ {2}/.test(one));
  const fields = fc.uniqueArray(key, { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(fields, fields, (outer, inner) => {
    const values = Object.fromEntries(inner.map((name, i) => [name, i]));
    const literals = named(Object.fromEntries(
      outer.map((name) => [name, { scalar: { generic: values } }]),
    ));
    for (const name of outer) {
      for (const [i, field] of inner.entries()) {
        const path = `[${JSON.stringify(name)}][${JSON.stringify(field)}]`;
        const decoded = decodeLiterals(literals, undefined, { path });
        assertEquals(decoded.value, i);
      }
    }
  }));
});
