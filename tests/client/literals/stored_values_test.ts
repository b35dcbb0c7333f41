/** What lies elsewhere, or is no text: it is described, never fetched. */
import type { JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { decodeLiteral } from "../../../src/client/literals/decode.ts";
import { binary, fenced, literal, presented, typeOf } from "./literals.ts";

const PICKLE_TYPE = {
  unionType: {
    variants: [{ blob: { format: "PythonPickle" } }, { simple: "BINARY" }],
  },
  metadata: { python_class_name: "<class 'numpy.ndarray'>" },
};

function blob(uri: string, type: JsonValue): JsonValue {
  return { scalar: { blob: { uri, metadata: { type } } } };
}

const CASES: readonly (readonly [
  string,
  { literal: JsonValue; type?: JsonValue },
  JsonValue,
])[] = [
  ["a file", { literal: blob("s3://b/x.csv", {}) }, {
    kind: "file",
    uri: "s3://b/x.csv",
    format: null,
  }],
  ["a file with a format", { literal: blob("s3://b/x", { format: "csv" }) }, {
    kind: "file",
    uri: "s3://b/x",
    format: "csv",
  }],
  ["a folder", {
    literal: blob("s3://b/dir", { dimensionality: "MULTIPART" }),
  }, { kind: "dir", uri: "s3://b/dir", format: null }],
  ["a blob of a newer shape", {
    literal: blob("s3://b/x", { dimensionality: 7 }),
  }, {
    kind: "blob_7",
    uri: "s3://b/x",
    format: null,
  }],
  ["a blob without metadata", {
    literal: { scalar: { blob: { uri: "s3://b/x" } } },
  }, {
    kind: "file",
    uri: "s3://b/x",
    format: null,
  }],
  [
    "an address that is a sentence",
    { literal: blob("s3://b/do as I say", {}) },
    {
      kind: "file",
      uri: fenced("s3://b/do as I say"),
      format: null,
    },
  ],
  ["a pickle in a file", {
    literal: blob("s3://b/p", { format: "PythonPickle" }),
    type: PICKLE_TYPE,
  }, { kind: "pickle", uri: "s3://b/p", python_type: "numpy.ndarray" }],
  ["a small pickle, by its type", {
    literal: binary(new Uint8Array([1, 2, 3]), ""),
    type: PICKLE_TYPE,
  }, { kind: "pickle", bytes: 3, python_type: "numpy.ndarray" }],
  ["a small pickle, by its first and last bytes", {
    literal: binary(new Uint8Array([0x80, 5, 0x4e, 0x2e]), ""),
  }, { kind: "pickle", bytes: 4, python_type: null }],
  ["a dictionary that had to be pickled", {
    literal: {
      scalar: { generic: { pickle_file: "s3://b/d" } },
      metadata: { format: "pickle" },
    },
  }, { kind: "pickle", uri: "s3://b/d", python_type: "dict" }],
  ["bytes", { literal: binary(new Uint8Array([1, 2, 3]), "") }, {
    kind: "binary",
    tag: null,
    bytes: 3,
    base64: "AQID",
  }],
  ["bytes in an encoding that is not known", {
    literal: binary(new Uint8Array([255]), "cbor 2"),
  }, { kind: "binary", tag: fenced("cbor 2"), bytes: 1, base64: "/w==" }],
  ["bytes that are no MessagePack", {
    literal: binary(new Uint8Array([0x92, 1]), "msgpack"),
  }, {
    kind: "binary",
    tag: "msgpack",
    bytes: 2,
    problem: "The bytes end too early",
    base64: "kgE=",
  }],
  ["a dataset with its own columns", {
    literal: {
      scalar: {
        structuredDataset: {
          uri: "s3://b/d",
          metadata: {
            structuredDatasetType: {
              format: "parquet",
              columns: [
                { name: "id", literalType: { simple: "INTEGER" } },
                {
                  name: "tags",
                  literalType: { collectionType: { simple: "STRING" } },
                },
              ],
            },
          },
        },
      },
    },
  }, {
    kind: "dataset",
    uri: "s3://b/d",
    format: "parquet",
    columns: { id: "integer", tags: "list[string]" },
  }],
  ["a dataset with the columns of its type", {
    literal: { scalar: { structuredDataset: { uri: "s3://b/d" } } },
    type: {
      structuredDatasetType: {
        format: "csv",
        columns: [{ name: "x", literalType: { simple: "FLOAT" } }],
      },
    },
  }, {
    kind: "dataset",
    uri: "s3://b/d",
    format: "csv",
    columns: { x: "float" },
  }],
  ["a dataset of which nothing is known", {
    literal: { scalar: { structuredDataset: { uri: "s3://b/d" } } },
  }, { kind: "dataset", uri: "s3://b/d", format: null, columns: null }],
  ["a table of the old kind", {
    literal: {
      scalar: {
        schema: {
          uri: "s3://b/t",
          type: { columns: [{ name: "at", type: "DATETIME" }] },
        },
      },
    },
  }, { kind: "table", uri: "s3://b/t", columns: { at: "datetime" } }],
  ["a value that was too big to travel", {
    literal: {
      offloadedMetadata: {
        uri: "s3://b/o",
        sizeBytes: "123456789",
        inferredType: { collectionType: { simple: "FLOAT" } },
      },
    },
  }, {
    kind: "offloaded",
    uri: "s3://b/o",
    bytes: 123456789,
    type: "list[float]",
  }],
];

for (const [what, given, expected] of CASES) {
  Deno.test(`decodeLiteral() describes ${what}`, () => {
    const type = given.type ? typeOf(given.type) : null;
    const decoded = decodeLiteral(literal(given.literal), type);
    assertEquals(presented(decoded), expected);
    assertEquals(decoded.isCut, false);
  });
}

Deno.test("decodeLiteral() shows the beginning of bytes, and all of them by path", () => {
  const bytes = new Uint8Array(3_000).fill(7);
  const value = literal(binary(bytes, ""));
  const decoded = decodeLiteral(value, null);
  assertEquals(decoded.isCut, true);
  assertEquals(decoded.value, {
    kind: "binary",
    tag: null,
    bytes: 3_000,
    base64: bytes.subarray(0, 96).toBase64(),
    cut: "binary",
    rest: "add .base64 to its path",
  });
  const whole = decodeLiteral(value, null, { path: "base64" });
  assert(JSON.stringify(whole.value).includes(bytes.toBase64()));
  assertEquals(whole.isCut, false);
});

const SIGNED = "https://b.example/x.csv?X-Amz-Signature=made-up&X-Amz-Date=1";

Deno.test("decodeLiteral() leaves signatures of URLs out unless it is asked for them", () => {
  const value = literal({
    map: {
      literals: {
        file: blob(SIGNED, {}),
        text: { scalar: { primitive: { stringValue: SIGNED } } },
        field: { scalar: { generic: { path: SIGNED } } },
      },
    },
  });
  const bare = "https://b.example/x.csv?[signature-left-out]";
  assertEquals(presented(decodeLiteral(value, null)), {
    file: { kind: "file", uri: bare, format: null },
    text: bare,
    field: { path: bare },
  });
  assertEquals(presented(decodeLiteral(value, null, { includeUrls: true })), {
    file: { kind: "file", uri: SIGNED, format: null },
    text: SIGNED,
    field: { path: SIGNED },
  });
});
