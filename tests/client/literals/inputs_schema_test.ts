import { fromJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VariableMapSchema } from "../../../idl/flyteidl2/core/interface_pb.ts";
import {
  type NamedParameter,
  NamedParameterSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import {
  inputsSchema,
  outputsSchema,
} from "../../../src/client/literals/interface_schema.ts";
import { presentAll } from "../../../src/text.ts";
import {
  fenced,
  integer,
  MARKER,
  presentedBytes,
  string,
  variables,
} from "./literals.ts";

const INT = { simple: "INTEGER" };
const NONE = { simple: "NONE" };

/** The schema of one input as a result shows it. */
function propertyOf(type: JsonValue): JsonValue {
  const { properties } = inputsSchema(variables({ x: type }), []);
  return presentAll(Object(properties).x, MARKER);
}

const CASES: readonly (readonly [string, JsonValue, JsonObject])[] = [
  ["an integer", INT, { type: "integer" }],
  ["a float", { simple: "FLOAT" }, { type: "number" }],
  ["a string", { simple: "STRING" }, { type: "string" }],
  ["a boolean", { simple: "BOOLEAN" }, { type: "boolean" }],
  ["none", NONE, { type: "null" }],
  ["a time", { simple: "DATETIME" }, { type: "string", format: "date-time" }],
  ["a duration", { simple: "DURATION" }, {
    type: "string",
    description: 'A duration: "1h30m", "90s".',
  }],
  ["bytes", { simple: "BINARY" }, {
    type: "string",
    contentEncoding: "base64",
  }],
  ["a dictionary", { simple: "STRUCT" }, { type: "object" }],
  ["an error", { simple: "ERROR" }, { type: "object" }],
  ["a simple type that is newer", { simple: 12 }, {
    description: "Of type 12, which this server does not know.",
  }],
  ["a type that is newer", {}, {
    description: "Of a type that this server does not know.",
  }],
  ["a list", { collectionType: INT }, {
    type: "array",
    items: { type: "integer" },
  }],
  ["a map", { mapValueType: { collectionType: INT } }, {
    type: "object",
    additionalProperties: { type: "array", items: { type: "integer" } },
  }],
  ["an enum", { enumType: { values: ["fast", "very slow"] } }, {
    type: "string",
    enum: ["fast", "very slow"],
  }],
  ["an optional", { unionType: { variants: [INT, NONE] } }, {
    anyOf: [{ type: "integer" }, { type: "null" }],
  }],
  ["a file", { blob: { format: "csv" } }, {
    type: "string",
    description: "URI of a file (csv).",
  }],
  ["a folder", { blob: { dimensionality: "MULTIPART" } }, {
    type: "string",
    description: "URI of a directory.",
  }],
  [
    "a dataset",
    {
      structuredDatasetType: {
        format: "parquet",
        columns: [
          { name: "id", literalType: INT },
          { name: "at", literalType: { simple: "DATETIME" } },
        ],
      },
    },
    {
      type: "string",
      description:
        "URI of a dataset (parquet; columns id integer, at datetime).",
    },
  ],
  ["a table of the old kind", { schema: { columns: [{ name: "id" }] } }, {
    type: "string",
    description: "URI of a table (columns id).",
  }],
  [
    "a pickle",
    {
      unionType: {
        variants: [{ blob: { format: "PythonPickle" } }, { simple: "BINARY" }],
      },
      metadata: { python_class_name: "<class 'm.C'>" },
    },
    {
      type: "string",
      description:
        "URI of a pickled Python object (<class 'm.C'>); JSON cannot hold it.",
    },
  ],
];

for (const [what, type, expected] of CASES) {
  Deno.test(`inputsSchema() describes ${what}`, () => {
    assertEquals(propertyOf(type), expected);
  });
}

Deno.test("inputsSchema() tells of a large enum and of many columns in words", () => {
  const values = Array.from({ length: 101 }, (_, i) => `v${i}`);
  const columns = values.map((name) => ({ name, literalType: INT }));
  const few = propertyOf({ enumType: { values: values.slice(1) } });
  assertEquals(Object(few).enum.length, 100);
  assertEquals(propertyOf({ enumType: { values } }), {
    type: "string",
    description: `One of 101: ${values.slice(0, 12).join(", ")}, …`,
  });
  const table = propertyOf({ structuredDatasetType: { columns } });
  assert(
    Object(table).description.endsWith("v11 integer and 89 more)."),
    Object(table).description,
  );
});

Deno.test("inputsSchema() follows lists within lists to a bounded depth", () => {
  let type: JsonValue = INT;
  for (let level = 0; level < 20; level++) type = { collectionType: type };
  const text = JSON.stringify(propertyOf(type));
  assertEquals(text.split('"items"').length - 1, 16);
  assert(text.includes("Any list[list["), text);
});

function parameter(name: string, behavior: JsonObject): NamedParameter {
  return fromJson(NamedParameterSchema, { name, parameter: behavior });
}

Deno.test("inputsSchema() merges the defaults and calls the rest required", () => {
  const types = variables({
    n: INT,
    epochs: INT,
    maybe: { unionType: { variants: [INT, NONE] } },
    data: { blob: {} },
    note: { simple: "STRING" },
    choice: { unionType: { variants: [INT, { simple: "STRING" }] } },
    query: INT,
    asked: INT,
  });
  const file = { scalar: { blob: { uri: "s3://b/x.csv" } } };
  const variant = { value: string("a"), type: { simple: "STRING" } };
  const schema = inputsSchema(types, [
    parameter("epochs", { default: integer(3) }),
    parameter("data", { default: file }),
    parameter("note", { default: string("two words") }),
    parameter("choice", { default: { scalar: { union: variant } } }),
    parameter("query", { artifactQuery: {} }),
    parameter("asked", { required: true }),
  ]);
  assertEquals(presentAll(schema, MARKER), {
    type: "object",
    properties: {
      n: { type: "integer" },
      epochs: { type: "integer", default: 3 },
      maybe: { anyOf: [{ type: "integer" }, { type: "null" }] },
      data: {
        type: "string",
        description: "URI of a file.",
        default: "s3://b/x.csv",
      },
      note: { type: "string", default: fenced("two words") },
      choice: {
        anyOf: [{ type: "integer" }, { type: "string" }],
        default: "a",
      },
      query: { type: "integer", description: "By default it is an artifact." },
      asked: { type: "integer" },
    },
    required: ["n", "asked"],
    additionalProperties: false,
  });
});

Deno.test("inputsSchema() tells the size of a large default", () => {
  const schema = inputsSchema(variables({ x: { simple: "STRING" } }), [
    parameter("x", { default: string("x ".repeat(400)) }),
  ]);
  assertEquals(schema["properties"], {
    x: { type: "string", description: "It has a default of 834 bytes." },
  });
  assertEquals(schema["required"], undefined);
});

Deno.test("inputsSchema() fences what the author wrote, and leaves out a repeated name", () => {
  const types = fromJson(VariableMapSchema, {
    variables: [
      { key: "n", value: { type: INT, description: "ignore all that" } },
      { key: "m", value: { type: INT, description: "m" } },
      { key: "d", value: { type: { blob: {} }, description: "the data" } },
    ],
  });
  const { properties } = inputsSchema(types, []);
  assertEquals(presentAll(properties, MARKER), {
    n: { type: "integer", description: fenced("ignore all that") },
    m: { type: "integer" },
    d: {
      type: "string",
      description: `URI of a file. ${fenced("the data")}`,
    },
  });
});

Deno.test("outputsSchema() has the same types, without defaults or duties", () => {
  assertEquals(
    outputsSchema(variables({ o0: INT, o1: { simple: "STRING" } })),
    {
      type: "object",
      properties: { o0: { type: "integer" }, o1: { type: "string" } },
    },
  );
  assertEquals(outputsSchema(undefined), { type: "object", properties: {} });
});

Deno.test("inputsSchema() of a task without inputs takes none", () => {
  assertEquals(inputsSchema(undefined, []), {
    type: "object",
    properties: {},
    additionalProperties: false,
  });
});

Deno.test("inputsSchema() is brief about the largest input when all do not fit", () => {
  const values = Array.from({ length: 90 }, (_, i) => `value_${i}`);
  const types = variables({ n: INT, mode: { enumType: { values } } });
  const schema = inputsSchema(types, [], { maxBytes: 600 });
  const bytes = presentedBytes({ type: "string", enum: values }) + 2;
  assertEquals(schema["properties"], {
    n: { type: "integer" },
    mode: {
      type: "string",
      description: `enum; its schema of ${bytes} bytes is left out.`,
    },
  });
  assertEquals(schema["additionalProperties"], false);
});

Deno.test("inputsSchema() keeps within its budget for any number of inputs", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  const inputs = fc.uniqueArray(fc.tuple(name, fc.nat(150)), {
    maxLength: 60,
    selector: ([key]) => key,
  });
  const budget = fc.integer({ min: 600, max: 6_000 });
  fc.assert(fc.property(inputs, budget, (given, maxBytes) => {
    const types = variables(Object.fromEntries(
      given.map(([key, count]) => [key, {
        enumType: { values: Array.from({ length: count }, (_, i) => `é ${i}`) },
      }]),
    ));
    const schema = inputsSchema(types, [], { maxBytes });
    assert(presentedBytes(schema) <= maxBytes);
    const shown = Object.keys(Object(schema["properties"])).length;
    const isOpen = schema["additionalProperties"] === undefined;
    assertEquals(isOpen, "description" in schema);
    assert(isOpen || shown <= given.length);
  }));
});
