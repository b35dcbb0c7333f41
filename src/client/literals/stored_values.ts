import type {
  Binary,
  Blob,
  LiteralOffloadedMetadata,
  Schema,
  StructuredDataset,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import {
  type LiteralType,
  SchemaType_SchemaColumn_SchemaColumnType as ColumnType,
  type StructuredDatasetType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { readMsgpack } from "./msgpack.ts";
import {
  fieldsTree,
  integerTree,
  type Level,
  optionalText,
  record,
  textTree,
  type Tree,
  uriTree,
} from "./tree.ts";
import { blobName, isPickle, typeName } from "./type_names.ts";

/** A file, a folder or a pickle: where it lies. Nothing is fetched. */
export function blobTree(
  { uri, metadata }: Blob,
  type: LiteralType | null,
  level: Level,
): Tree {
  const address = uriTree(uri, level);
  if (level.asInput) return address;
  const { format = "", dimensionality = 0 } = metadata?.type ?? {};
  const kind = blobName({ format, dimensionality });
  return kind === "pickle"
    ? record({ kind, uri: address, python_type: pythonType(type, level) })
    : record({ kind, uri: address, format: optionalText(format, level) });
}

/** A table: where it lies, and its columns where literal or type names them. */
export function datasetTree(
  { uri, metadata }: StructuredDataset,
  type: LiteralType | null,
  level: Level,
): Tree {
  const address = uriTree(uri, level);
  if (level.asInput) return address;
  const stored = metadata?.structuredDatasetType;
  const declared = type?.type.case === "structuredDatasetType"
    ? type.type.value
    : undefined;
  const format = stored?.format || declared?.format || "";
  return record({
    kind: "dataset",
    uri: address,
    format: optionalText(format, level),
    columns: datasetColumns(stored) ?? datasetColumns(declared),
  });
}

function datasetColumns(type: StructuredDatasetType | undefined): Tree {
  return columnsTree(
    (type?.columns ?? [])
      .map(({ name, literalType }) => [name, typeName(literalType)] as const),
  );
}

/** A table of the kind that came before datasets. */
export function schemaTree({ uri, type }: Schema, level: Level): Tree {
  const address = uriTree(uri, level);
  if (level.asInput) return address;
  const columns = (type?.columns ?? []).map(({ name, type }) =>
    [name, ColumnType[type]?.toLowerCase() ?? `column_${type}`] as const
  );
  return record({ kind: "table", uri: address, columns: columnsTree(columns) });
}

function columnsTree(columns: readonly (readonly [string, string])[]): Tree {
  return columns.length === 0 ? null : fieldsTree(columns);
}

/** A value that was too big to travel: where it lies, and how big it is. */
export function offloadedTree(
  { uri, sizeBytes, inferredType }: LiteralOffloadedMetadata,
  type: LiteralType | null,
  level: Level,
): Tree {
  return record({
    kind: "offloaded",
    uri: uriTree(uri, level),
    bytes: integerTree(sizeBytes),
    type: typeName(inferredType ?? type ?? undefined),
  });
}

/** Bytes: a dataclass in MessagePack, a small pickle, or something unknown. */
export function binaryTree(
  { value: bytes, tag }: Binary,
  type: LiteralType | null,
  level: Level,
): Tree {
  if (tag === "msgpack") {
    try {
      return readMsgpack(bytes, level);
    } catch (error) {
      // Whoever wrote the run chose the bytes, so they may be anything.
      const problem = error instanceof Error ? error.message : "unreadable";
      return { kind: "bytes", bytes, tag, problem };
    }
  }
  if (tag === "" && (isPickle(type) || looksPickled(bytes))) {
    const python_type = pythonType(type, level);
    return record({ kind: "pickle", bytes: bytes.length, python_type });
  }
  return { kind: "bytes", bytes, tag: tag || null, problem: null };
}

/** A pickle of protocol 2 or later begins with its number and ends with a stop. */
function looksPickled(bytes: Uint8Array): boolean {
  const [first, protocol = 0] = bytes;
  return first === 0x80 && protocol >= 2 && protocol <= 5 &&
    bytes.at(-1) === 0x2e;
}

/** The Python class of a pickle, which the SDK writes as `<class 'm.C'>`. */
function pythonType(type: LiteralType | null, level: Level): Tree {
  const name = type?.metadata?.["python_class_name"];
  if (typeof name !== "string") return null;
  return textTree(name.replace(/^<class '(.*)'>$/, "$1"), level);
}
