import {
  BlobType_BlobDimensionality as Dimensionality,
  type LiteralType,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { nameOf } from "../../text.ts";

/** How the Python SDK marks files that only Python can read. */
const PICKLE_FORMAT = "PythonPickle";

/** Deeper types are not spelled out. */
const MAX_DEPTH = 6;

/**
 * What a reader calls a type: `integer`, `list[string]`, `map[float]`,
 * `integer | none`, `file`, `dataset`, a dataclass by its own name.
 */
export function typeName(type: LiteralType | undefined): string {
  return nameWithin(type, MAX_DEPTH);
}

function nameWithin(given: LiteralType | undefined, depth: number): string {
  const type = given?.type;
  if (depth === 0) return "…";
  switch (type?.case) {
    case "simple":
      return simpleName(type.value, given?.metadata?.["title"]);
    case "collectionType":
      return `list[${nameWithin(type.value, depth - 1)}]`;
    case "mapValueType":
      return `map[${nameWithin(type.value, depth - 1)}]`;
    case "blob":
      return blobName(type.value);
    case "enumType":
      return "enum";
    case "structuredDatasetType":
      return "dataset";
    case "schema":
      return "table";
    case "unionType":
      return isPickle(given) ? "pickle" : type.value.variants
        .map((variant) => nameWithin(variant, depth - 1)).join(" | ");
    case undefined:
      return "unknown";
  }
}

/** A type of the closed list; one that is newer keeps its number. */
function simpleName(type: SimpleType, title: unknown): string {
  if (type !== SimpleType.STRUCT) {
    return SimpleType[type]?.toLowerCase() ?? `simple_${type}`;
  }
  return typeof title === "string" && title !== ""
    ? nameOf(title, 64)
    : "object";
}

/** A file, a folder or a pickle. */
export function blobName(
  { format, dimensionality }: {
    readonly format: string;
    readonly dimensionality: Dimensionality;
  },
): string {
  if (format === PICKLE_FORMAT) return "pickle";
  if (dimensionality === Dimensionality.SINGLE) return "file";
  if (dimensionality === Dimensionality.MULTIPART) return "dir";
  return `blob_${dimensionality}`;
}

/**
 * Whether values of a type are Python pickles. The SDK gives them a union of
 * two: a file for big ones, bytes for small ones.
 */
export function isPickle(type: LiteralType | null | undefined): boolean {
  switch (type?.type.case) {
    case "blob":
      return type.type.value.format === PICKLE_FORMAT;
    case "unionType": {
      const { variants } = type.type.value;
      return variants.some(isPickleFile) &&
        variants.every((one) => isPickleFile(one) || isBinary(one));
    }
    default:
      return false;
  }
}

function isPickleFile({ type }: LiteralType): boolean {
  return type.case === "blob" && type.value.format === PICKLE_FORMAT;
}

function isBinary({ type }: LiteralType): boolean {
  return type.case === "simple" && type.value === SimpleType.BINARY;
}

/** Whether a type is the null of an optional. */
export function isNone({ type }: LiteralType): boolean {
  return type.case === "simple" && type.value === SimpleType.NONE;
}
