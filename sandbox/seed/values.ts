import { create } from "@bufbuild/protobuf";
import {
  type Literal,
  LiteralSchema,
  ScalarSchema,
} from "../../idl/flyteidl2/core/literals_pb.ts";
import {
  blobLiteral,
  primitiveLiteral,
  scalarLiteral,
} from "../plane/translator/literals.ts";

/** Inputs or outputs by name. */
export type Values = Readonly<Record<string, Literal>>;

export function integer(value: number): Literal {
  return primitiveLiteral({ case: "integer", value: BigInt(value) });
}

export function float(value: number): Literal {
  return primitiveLiteral({ case: "floatValue", value });
}

export function string(value: string): Literal {
  return primitiveLiteral({ case: "stringValue", value });
}

export function boolean(value: boolean): Literal {
  return primitiveLiteral({ case: "boolean", value });
}

export function file(uri: string): Literal {
  return blobLiteral(uri, { format: "", dimensionality: 0 });
}

export function list(literals: readonly Literal[]): Literal {
  return create(LiteralSchema, {
    value: { case: "collection", value: { literals: [...literals] } },
  });
}

/** `dict[str, …]` */
export function dictionary(
  literals: Readonly<Record<string, Literal>>,
): Literal {
  return create(LiteralSchema, {
    value: { case: "map", value: { literals: { ...literals } } },
  });
}

/** As inputs and outputs have them: named, in order. */
export function named(values: Values): { name: string; value: Literal }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** A dataclass of numbers, as MessagePack. */
export function record(fields: Readonly<Record<string, number>>): Literal {
  const entries = Object.entries(fields);
  const bytes = entries.flatMap(([name, number]) => [
    // A short string, then eight bytes of floating point.
    0xa0 | name.length,
    ...new TextEncoder().encode(name),
    0xcb,
    ...doubleBytes(number),
  ]);
  const value = new Uint8Array([0x80 | entries.length, ...bytes]);
  const { value: binary } = create(ScalarSchema, {
    value: { case: "binary", value: { value, tag: "msgpack" } },
  });
  return scalarLiteral(binary);
}

function doubleBytes(number: number): Uint8Array {
  const bytes = new Uint8Array(Float64Array.BYTES_PER_ELEMENT);
  new DataView(bytes.buffer).setFloat64(0, number);
  return bytes;
}
