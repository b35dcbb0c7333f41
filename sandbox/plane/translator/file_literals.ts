import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import { BlobType_BlobDimensionality as Dimensionality } from "../../../idl/flyteidl2/core/types_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { goType, textMember } from "./json.ts";
import { blobLiteral, datasetLiteral } from "./literals.ts";

/** A table from an object with `uri` and `format`. */
export function datasetFromJson(value: JsonObject): Literal {
  const [uri, format] = ["uri", "format"].map((key) => textMember(value, key));
  if (uri === undefined || format === undefined) {
    throw invalidArgument("missing required fields for StructuredDataset type");
  }
  return datasetLiteral(uri, format);
}

/** A file or folder from an object with `uri`, `format` and `dimensionality`. */
export function blobFromJson(value: JsonObject): Literal {
  const [uri, format] = ["uri", "format"].map((key) => textMember(value, key));
  const given = value["dimensionality"];
  if (uri === undefined || format === undefined || given === undefined) {
    throw invalidArgument("missing required fields for Blob type");
  }
  return blobLiteral(uri, { format, dimensionality: dimensionality(given) });
}

function dimensionality(value: JsonValue): Dimensionality {
  if (value === "SINGLE" || value === 0) return Dimensionality.SINGLE;
  if (value === "MULTIPART" || value === 1) return Dimensionality.MULTIPART;
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value !== "string") {
    throw invalidArgument(`invalid dimensionality type: ${goType(value)}`);
  }
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw invalidArgument(
    `invalid dimensionality value: ${value} (expected SINGLE, MULTIPART, 0, or 1)`,
  );
}
