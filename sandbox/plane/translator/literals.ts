import { create, type JsonObject } from "@bufbuild/protobuf";
import {
  type Literal,
  LiteralSchema,
  type Primitive,
  PrimitiveSchema,
  type Scalar,
  ScalarSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import {
  type BlobType,
  type LiteralType,
  LiteralTypeSchema,
} from "../../../idl/flyteidl2/core/types_pb.ts";

/** A literal that holds one scalar. */
export function scalarLiteral(value: Scalar["value"]): Literal {
  const scalar = create(ScalarSchema, { value });
  return create(LiteralSchema, { value: { case: "scalar", value: scalar } });
}

/** A literal that holds one primitive. */
export function primitiveLiteral(value: Primitive["value"]): Literal {
  const primitive = create(PrimitiveSchema, { value });
  return scalarLiteral({ case: "primitive", value: primitive });
}

/** A literal that holds an object as it is. */
export function structLiteral(value: JsonObject): Literal {
  return scalarLiteral({ case: "generic", value });
}

/** A literal that holds nothing. */
export function noneLiteral(): Literal {
  const { value } = create(ScalarSchema, {
    value: { case: "noneType", value: {} },
  });
  return scalarLiteral(value);
}

/** A literal of a file or folder. */
export function blobLiteral(
  uri: string,
  type: Pick<BlobType, "format" | "dimensionality">,
): Literal {
  const { value } = create(ScalarSchema, {
    value: { case: "blob", value: { uri, metadata: { type: { ...type } } } },
  });
  return scalarLiteral(value);
}

/** A literal of a table. */
export function datasetLiteral(uri: string, format: string): Literal {
  const metadata = { structuredDatasetType: { format } };
  const { value } = create(ScalarSchema, {
    value: { case: "structuredDataset", value: { uri, metadata } },
  });
  return scalarLiteral(value);
}

/** A literal of a union, with the variant it took. */
export function unionLiteral(value: Literal, variant: LiteralType): Literal {
  const { type, metadata, annotation } = variant;
  const tag = variant.structure?.tag ?? "";
  const taken = create(LiteralTypeSchema, {
    type,
    metadata,
    annotation,
    structure: { tag },
  });
  const { value: union } = create(ScalarSchema, {
    value: { case: "union", value: { value, type: taken } },
  });
  return scalarLiteral(union);
}

/** The null of an optional; its variant is told by type and tag alone. */
export function noneOfUnion(variant: LiteralType): Literal {
  const { type, structure } = variant;
  const bare = create(LiteralTypeSchema, { type, structure });
  return unionLiteral(noneLiteral(), bare);
}
