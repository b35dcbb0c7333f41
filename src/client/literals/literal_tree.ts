import type { Message } from "@bufbuild/protobuf";
import type {
  Literal,
  Primitive,
  Scalar,
  Union,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import type {
  Error as ErrorValue,
  LiteralType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { exactDuration, exactTime, nanoseconds } from "./exact_times.ts";
import {
  binaryTree,
  blobTree,
  datasetTree,
  offloadedTree,
  schemaTree,
} from "./stored_values.ts";
import {
  DEEP,
  deeper,
  fieldsTree,
  floatTree,
  integerTree,
  jsonTree,
  type Level,
  listTree,
  record,
  textTree,
  type Tree,
  unknownTree,
  uriTree,
} from "./tree.ts";
import { typeName } from "./type_names.ts";
import { isAmbiguous } from "./unions.ts";

/**
 * What a literal holds. Never throws: what this version does not know, and what
 * the writer got wrong, becomes a value that says so.
 *
 * @param type what the task declares, where that is known
 */
export function literalTree(
  literal: Literal | undefined,
  type: LiteralType | null,
  level: Level,
): Tree {
  if (!literal) return unknownTree("no value");
  const { value } = literal;
  switch (value.case) {
    case "scalar":
      return pickledDict(literal, level) ??
        scalarTree(value.value, type, level);
    case "collection":
      return collectionTree(value.value.literals, type, level);
    case "map":
      return mapTree(value.value.literals, type, level);
    case "offloadedMetadata":
      return offloadedTree(value.value, type, level);
    case undefined:
      return unknownCase("literal", literal);
  }
}

function collectionTree(
  literals: readonly Literal[],
  type: LiteralType | null,
  level: Level,
): Tree {
  if (level.depth <= 0) return DEEP;
  const within = deeper(level);
  const items = type?.type.case === "collectionType" ? type.type.value : null;
  return listTree(literals.map((item) => literalTree(item, items, within)));
}

function mapTree(
  literals: Readonly<Record<string, Literal>>,
  type: LiteralType | null,
  level: Level,
): Tree {
  if (level.depth <= 0) return DEEP;
  const within = deeper(level);
  const values = type?.type.case === "mapValueType" ? type.type.value : null;
  const fields = Object.entries(literals)
    .map(([key, item]) => [key, literalTree(item, values, within)] as const);
  return fieldsTree(fields);
}

function scalarTree(
  scalar: Scalar,
  type: LiteralType | null,
  level: Level,
): Tree {
  const { value } = scalar;
  switch (value.case) {
    case "primitive":
      return primitiveTree(value.value, level);
    case "noneType":
      return null;
    case "generic":
      return jsonTree(value.value, level);
    case "binary":
      return binaryTree(value.value, type, level);
    case "union":
      return unionTree(value.value, type, level);
    case "blob":
      return blobTree(value.value, type, level);
    case "structuredDataset":
      return datasetTree(value.value, type, level);
    case "schema":
      return schemaTree(value.value, level);
    case "error":
      return errorTree(value.value, level);
    case undefined:
      return unknownCase("scalar", scalar);
  }
}

function primitiveTree(primitive: Primitive, level: Level): Tree {
  const { value } = primitive;
  switch (value.case) {
    case "integer":
      return integerTree(value.value);
    case "floatValue":
      return floatTree(value.value);
    case "stringValue":
      return textTree(value.value, level);
    case "boolean":
      return value.value;
    case "datetime":
      return exactTime(nanoseconds(value.value));
    case "duration":
      return exactDuration(nanoseconds(value.value));
    case undefined:
      return unknownCase("primitive", primitive);
  }
}

/**
 * The value of a union. The variant that the literal took is named where the
 * value alone would not tell it from another variant.
 */
function unionTree(
  { value, type: stored }: Union,
  declared: LiteralType | null,
  level: Level,
): Tree {
  if (level.depth <= 0) return DEEP;
  if (level.asInput || !stored || !isAmbiguous(stored, declared)) {
    // An optional adds no level to what is shown, but one to what is walked.
    return literalTree(value, stored ?? null, deeper(level));
  }
  return record({
    union: typeName(stored),
    value: literalTree(value, stored, deeper(level)),
  });
}

function errorTree({ message, failedNodeId }: ErrorValue, level: Level): Tree {
  return record({
    kind: "error",
    message: textTree(message, level),
    failed_node: failedNodeId ? textTree(failedNodeId, level) : null,
  });
}

/** A dictionary that MessagePack cannot write: the SDK stores a pickle of it. */
function pickledDict(
  { metadata, value }: Literal,
  level: Level,
): Tree | undefined {
  if (metadata["format"] !== "pickle" || value.case !== "scalar") {
    return undefined;
  }
  const scalar = value.value.value;
  const file = scalar.case === "generic" ? scalar.value["pickle_file"] : null;
  if (typeof file !== "string") return undefined;
  const uri = uriTree(file, level);
  return record({ kind: "pickle", uri, python_type: "dict" });
}

/** Names a case that this version's IDL does not have by its field's number. */
function unknownCase(what: string, message: Message): Tree {
  const [field] = message.$unknown ?? [];
  return unknownTree(
    field ? `${what} field ${field.no}` : `${what} without a value`,
  );
}
