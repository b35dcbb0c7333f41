import { create, type JsonValue } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  type Literal,
  LiteralSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import type {
  EnumType,
  LiteralType,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { blobFromJson, datasetFromJson } from "./file_literals.ts";
import { goType, isObject } from "./json.ts";
import { noneOfUnion, primitiveLiteral, unionLiteral } from "./literals.ts";
import { describeType, isNone, nullVariant } from "./literal_types.ts";
import { simpleLiteral } from "./simple_literals.ts";

/**
 * A JSON value as a literal of a type.
 *
 * @param field named in errors; empty inside of lists, maps and unions
 * @throws {ConnectError} `invalid_argument` when the value does not fit
 */
export function jsonToLiteral(
  value: JsonValue,
  type: LiteralType,
  field = "",
): Literal {
  if (isNull(value)) return nullLiteral(type, field);
  const literal = convert(value, type, field);
  if (literal) return literal;
  throw invalidArgument(
    `${inField(field)}unsupported literal type: ${describeType(type)}`,
  );
}

/** Null is JSON's null, or the object that launch forms write for it. */
function isNull(value: JsonValue): boolean {
  return value === null || (isObject(value) && value["type"] === "null");
}

function nullLiteral({ type }: LiteralType, field: string): Literal {
  const variants = type.case === "unionType" ? type.value.variants : [];
  const none = nullVariant(variants);
  if (none) return noneOfUnion(none);
  throw invalidArgument(
    `null value provided for non-optional variable "${field}"`,
  );
}

function convert(
  value: JsonValue,
  { type }: LiteralType,
  field: string,
): Literal | undefined {
  switch (type.case) {
    case "simple":
      return simpleLiteral(value, type.value);
    case "collectionType":
      return Array.isArray(value) ? list(value, type.value) : undefined;
    case "mapValueType":
      return map(value, type.value);
    case "structuredDatasetType":
      return isObject(value) ? datasetFromJson(value) : undefined;
    case "blob":
      return isObject(value) ? blobFromJson(value) : undefined;
    case "unionType":
      return union(value, type.value.variants, field);
    case "enumType":
      return enumeration(value, type.value, field);
    case "schema":
      throw invalidArgument(
        `${
          inField(field)
        }schema is deprecated and cannot be converted to a literal`,
      );
    case undefined:
      return undefined;
  }
}

function list(items: readonly JsonValue[], type: LiteralType): Literal {
  const literals = items.map((item) => {
    try {
      return jsonToLiteral(item, type);
    } catch {
      // The service keeps the reason to itself.
      throw invalidArgument("error converting array item to literal");
    }
  });
  return create(LiteralSchema, {
    value: { case: "collection", value: { literals } },
  });
}

function map(value: JsonValue, type: LiteralType): Literal {
  if (!isObject(value)) {
    throw invalidArgument(
      `invalid map value type: ${goType(value)}, expected map[string]any`,
    );
  }
  const entries = Object.entries(value).map(([key, item]) => {
    try {
      return [key, jsonToLiteral(item, type)] as const;
    } catch (error) {
      const { message } = ConnectError.from(error);
      throw invalidArgument(
        `error converting map value to literal for key ${key}: ${message}`,
      );
    }
  });
  const literals = Object.fromEntries(entries);
  return create(LiteralSchema, { value: { case: "map", value: { literals } } });
}

/** The first variant that fits; null only fits a null variant. */
function union(
  value: JsonValue,
  variants: readonly LiteralType[],
  field: string,
): Literal {
  const failures: string[] = [];
  for (const [i, variant] of variants.entries()) {
    if (isNone(variant)) {
      failures.push(`variant ${i} (null): skipped (value is not null)`);
      continue;
    }
    try {
      return unionLiteral(jsonToLiteral(value, variant), variant);
    } catch (error) {
      const { message } = ConnectError.from(error);
      failures.push(`variant ${i} (${describeType(variant)}): ${message}`);
    }
  }
  throw invalidArgument(
    `${inField(field)}value ${
      JSON.stringify(value)
    } does not match any union variant: ${failures.join("; ")}`,
  );
}

function enumeration(
  value: JsonValue,
  { values }: EnumType,
  field: string,
): Literal {
  if (typeof value !== "string") {
    throw invalidArgument(
      `${inField(field)}invalid enum value type: ${
        goType(value)
      }, expected string`,
    );
  }
  if (values.includes(value)) {
    return primitiveLiteral({ case: "stringValue", value });
  }
  throw invalidArgument(
    `${inField(field)}enum value '${value}' is not in allowed values: [${
      values.join(" ")
    }]`,
  );
}

function inField(field: string): string {
  return field === "" ? "" : `field '${field}': `;
}
