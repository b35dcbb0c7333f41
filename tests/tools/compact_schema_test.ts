import { assertEquals } from "@std/assert";
import { compactSchema } from "../../src/tools/compact_schema.ts";

const CASES: Readonly<Record<string, readonly [object, object]>> = {
  "leaves out the dialect": [
    { $schema: "https://json-schema.org/draft/2020-12/schema", type: "string" },
    { type: "string" },
  ],
  "leaves out an openness that holds anyway": [
    { type: "object", properties: {}, additionalProperties: {} },
    { type: "object" },
  ],
  "keeps an object closed": [
    { type: "object", properties: {}, additionalProperties: false },
    { type: "object", additionalProperties: false },
  ],
  "writes a type or null as one list": [
    {
      anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }],
      description: "d",
    },
    { type: ["array", "null"], items: { type: "string" }, description: "d" },
  ],
  "keeps an enum or null, which a list of types would not let be null": [
    { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
    { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
  ],
  "keeps other choices": [
    { anyOf: [{ type: "string" }, { type: "number" }] },
    { anyOf: [{ type: "string" }, { type: "number" }] },
  ],
  "goes into properties, whatever they are called, and items": [
    {
      type: "object",
      properties: {
        properties: { type: "object", properties: {} },
        rows: {
          type: "array",
          items: { type: "object", additionalProperties: {} },
        },
      },
    },
    {
      type: "object",
      properties: {
        properties: { type: "object" },
        rows: { type: "array", items: { type: "object" } },
      },
    },
  ],
  "leaves out how long texts and lists may be": [
    {
      type: "array",
      maxItems: 10,
      items: { type: "string", minLength: 1, maxLength: 63 },
    },
    { type: "array", items: { type: "string" } },
  ],
  "keeps the bounds of numbers": [
    { type: "integer", minimum: 1, maximum: 100 },
    { type: "integer", minimum: 1, maximum: 100 },
  ],
  "keeps a default that looks like a schema": [
    { type: "object", default: { properties: {} } },
    { type: "object", default: { properties: {} } },
  ],
};

for (const [what, [schema, expected]] of Object.entries(CASES)) {
  Deno.test(`compactSchema() ${what}`, () => {
    assertEquals(compactSchema({ ...schema }), { ...expected });
  });
}
