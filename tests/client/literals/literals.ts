import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import {
  type VariableMap,
  VariableMapSchema,
} from "../../../idl/flyteidl2/core/interface_pb.ts";
import {
  type Literal,
  LiteralSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import {
  type LiteralType,
  LiteralTypeSchema,
} from "../../../idl/flyteidl2/core/types_pb.ts";
import {
  type NamedLiteral,
  NamedLiteralSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import type { Decoded } from "../../../src/client/literals/fit.ts";
import { presentAll } from "../../../src/text.ts";

/** The marker of the fences in these tests. */
export const MARKER = "0000beef";

/** A literal from its protobuf JSON. */
export function literal(json: JsonValue): Literal {
  return fromJson(LiteralSchema, json);
}

/** A type from its protobuf JSON. */
export function typeOf(json: JsonValue): LiteralType {
  return fromJson(LiteralTypeSchema, json);
}

/** Named literals from the protobuf JSON of each. */
export function named(values: Record<string, JsonValue>): NamedLiteral[] {
  return Object.entries(values)
    .map(([name, value]) => fromJson(NamedLiteralSchema, { name, value }));
}

/** Variables from the protobuf JSON of their types. */
export function variables(types: Record<string, JsonValue>): VariableMap {
  return fromJson(VariableMapSchema, {
    variables: Object.entries(types)
      .map(([key, type]) => ({ key, value: { type } })),
  });
}

/** A decoded value as a result shows it. */
export function presented(decoded: Decoded): JsonValue {
  return presentAll(decoded.value, MARKER);
}

/** Bytes of a value as a result shows it. */
export function presentedBytes(value: JsonValue): number {
  return new TextEncoder()
    .encode(JSON.stringify(presentAll(value, MARKER))).length;
}

/** Text in its fence. */
export function fenced(text: string): string {
  return `<<data-${MARKER} ${text} ${MARKER}-data>>`;
}

/** The protobuf JSON of a primitive. */
export function primitive(value: JsonValue): JsonValue {
  return { scalar: { primitive: value } };
}

/** The protobuf JSON of a text. */
export function string(stringValue: string): JsonValue {
  return primitive({ stringValue });
}

/** The protobuf JSON of an integer. */
export function integer(value: number | string): JsonValue {
  return primitive({ integer: String(value) });
}

/** The protobuf JSON of a list. */
export function collection(...literals: JsonValue[]): JsonValue {
  return { collection: { literals } };
}

/** The protobuf JSON of bytes. */
export function binary(bytes: Uint8Array, tag: string): JsonValue {
  return { scalar: { binary: { value: bytes.toBase64(), tag } } };
}
