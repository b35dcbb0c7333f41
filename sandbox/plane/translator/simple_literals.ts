import { create, type JsonValue } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import { SimpleType } from "../../../idl/flyteidl2/core/types_pb.ts";
import { parseGoDuration } from "../go_duration.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import { goType, isObject } from "./json.ts";
import { noneLiteral, primitiveLiteral, structLiteral } from "./literals.ts";

/** A JSON value as a literal of a simple type; `undefined` where none can be made from JSON. */
export function simpleLiteral(
  value: JsonValue,
  type: SimpleType,
): Literal | undefined {
  switch (type) {
    case SimpleType.STRING:
      if (typeof value === "string") {
        return primitiveLiteral({ case: "stringValue", value });
      }
      throw wrongType("string", value);
    case SimpleType.INTEGER:
      if (typeof value !== "number") throw wrongType("integer", value);
      // Fractions are cut off, as Go converts.
      return primitiveLiteral({
        case: "integer",
        value: BigInt(Math.trunc(value)),
      });
    case SimpleType.FLOAT:
      if (typeof value !== "number") throw wrongType("float", value);
      return primitiveLiteral({ case: "floatValue", value });
    case SimpleType.BOOLEAN:
      if (typeof value !== "boolean") throw wrongType("boolean", value);
      return primitiveLiteral({ case: "boolean", value });
    case SimpleType.NONE:
      return noneLiteral();
    case SimpleType.STRUCT:
      if (isObject(value)) return structLiteral(value);
      throw invalidArgument(
        `invalid struct value type: ${goType(value)}, expected map[string]any`,
      );
    case SimpleType.DURATION:
      return duration(value);
    case SimpleType.DATETIME:
      return typeof value === "string" ? datetime(value) : undefined;
    case SimpleType.BINARY:
    case SimpleType.ERROR:
      return undefined;
  }
}

/** Go's syntax, or a number of seconds. */
function duration(value: JsonValue): Literal {
  const nanos = nanosOf(value);
  if (nanos === undefined) {
    throw invalidArgument(
      typeof value === "string"
        ? "error parsing duration when converting json to literal"
        : `invalid type for literal type: ${goType(value)}`,
    );
  }
  const message = create(DurationSchema, {
    seconds: BigInt(Math.trunc(nanos / 1e9)),
    nanos: nanos % 1e9,
  });
  return primitiveLiteral({ case: "duration", value: message });
}

function nanosOf(value: JsonValue): number | undefined {
  if (typeof value === "number") return Math.trunc(value) * 1e9;
  if (typeof value !== "string") return undefined;
  return /^\d+$/.test(value) ? Number(value) * 1e9 : parseGoDuration(value);
}

function datetime(text: string): Literal {
  const value = parseRfc3339(text);
  if (value) return primitiveLiteral({ case: "datetime", value });
  throw invalidArgument(
    "error parsing datetime when converting json to literal",
  );
}

function wrongType(type: string, value: JsonValue): Error {
  return invalidArgument(`invalid ${type} value type: ${goType(value)}`);
}
