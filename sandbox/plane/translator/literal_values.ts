import type { JsonValue } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type {
  Literal,
  Primitive,
  Scalar,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import { goDuration } from "../go_duration.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { formatRfc3339 } from "../rfc3339.ts";
import { dimensionalityName } from "./form_schema.ts";
import { decodeMsgpack } from "./msgpack.ts";

/**
 * A literal as a launch form shows it.
 *
 * @throws {ConnectError} `unimplemented` for literals that lie elsewhere
 */
export function literalToJson(literal: Literal | undefined): JsonValue {
  const value = literal?.value;
  switch (value?.case) {
    case "scalar":
      return scalarToJson(value.value);
    case "collection":
      return value.value.literals.map(literalToJson);
    case "map":
      return Object.fromEntries(
        Object.entries(value.value.literals)
          .map(([key, item]) => [key, literalToJson(item)]),
      );
    case "offloadedMetadata":
      throw unimplemented("unimplemented offloaded metadata type");
    case undefined:
      throw invalidArgument(
        literal ? "unknown literal type" : "literal cannot be nil",
      );
  }
}

function scalarToJson({ value }: Scalar): JsonValue {
  switch (value.case) {
    case "primitive":
      return primitiveToJson(value.value);
    case "binary":
      return binaryToJson(value.value.value);
    case "generic":
      return value.value;
    case "union":
      if (value.value.value) return literalToJson(value.value.value);
      throw invalidArgument("union value cannot be nil");
    case "blob": {
      const { uri, metadata } = value.value;
      const { format = "", dimensionality = 0 } = metadata?.type ?? {};
      const name = dimensionalityName(dimensionality);
      return { uri, format, dimensionality: name };
    }
    case "structuredDataset": {
      const { uri, metadata } = value.value;
      const format = metadata?.structuredDatasetType?.format ?? "";
      return { uri, format };
    }
    case "noneType":
      return { type: "null" };
    case "schema":
      throw unimplemented("unimplemented schema type");
    case "error":
      throw unimplemented("unimplemented error type");
    case undefined:
      throw invalidArgument("unknown scalar type");
  }
}

function primitiveToJson({ value }: Primitive): JsonValue {
  switch (value.case) {
    case "stringValue":
    case "floatValue":
    case "boolean":
      return value.value;
    case "integer":
      return Number(value.value);
    case "datetime":
      return formatRfc3339(value.value);
    case "duration":
      return goDuration(durationMs(value.value));
    case undefined:
      throw invalidArgument("unknown primitive type");
  }
}

/** Dataclasses are MessagePack; bytes that are not are shown in base64. */
function binaryToJson(bytes: Uint8Array): JsonValue {
  try {
    return decodeMsgpack(bytes);
  } catch {
    return bytes.toBase64();
  }
}

function unimplemented(message: string): ConnectError {
  return new ConnectError(message, Code.Unimplemented);
}
