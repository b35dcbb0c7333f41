import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type LiteralType,
  LiteralTypeSchema,
  SimpleType,
} from "../../../idl/flyteidl2/core/types_pb.ts";

/** The types Python annotations become, as the SDK writes them. */
export const INTEGER = simple(SimpleType.INTEGER);
export const FLOAT = simple(SimpleType.FLOAT);
export const STRING = simple(SimpleType.STRING);
export const BOOLEAN = simple(SimpleType.BOOLEAN);
export const FILE = typeOf({ case: "blob", value: {} });

/** `list[…]` */
export function listOf(element: LiteralType): LiteralType {
  return typeOf({ case: "collectionType", value: element });
}

/** A dataclass by its JSON schema. */
export function dataclass(
  title: string,
  properties: Readonly<Record<string, { type: string; default: number }>>,
): LiteralType {
  return create(LiteralTypeSchema, {
    type: { case: "simple", value: SimpleType.STRUCT },
    metadata: {
      additionalProperties: false,
      properties: { ...properties },
      title,
      type: "object",
    },
    annotation: {
      annotations: {
        "cache-key-metadata": { "serialization-format": "msgpack" },
      },
    },
    structure: { tag: "Object-Dataclass-Transformer" },
  });
}

function simple(value: SimpleType): LiteralType {
  return typeOf({ case: "simple", value });
}

function typeOf(
  type: MessageInitShape<typeof LiteralTypeSchema>["type"],
): LiteralType {
  return create(LiteralTypeSchema, type ? { type } : {});
}
