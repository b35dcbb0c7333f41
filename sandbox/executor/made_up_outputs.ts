import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Literal,
  LiteralSchema,
} from "../../idl/flyteidl2/core/literals_pb.ts";
import {
  type LiteralType,
  SimpleType,
} from "../../idl/flyteidl2/core/types_pb.ts";
import type { TaskSpec } from "../../idl/flyteidl2/task/task_definition_pb.ts";
import { noneLiteral, primitiveLiteral } from "../plane/translator/literals.ts";
import {
  boolean,
  file,
  float,
  integer,
  list,
  record,
  string,
  type Values,
} from "../seed/values.ts";

/** Outputs of the types that a task declares. */
export function madeUpOutputs({ taskTemplate }: TaskSpec): Values {
  const variables = taskTemplate?.interface?.outputs?.variables ?? [];
  return Object.fromEntries(
    variables.map(({ key, value }) => [key, madeUp(value?.type)]),
  );
}

/** A value of a type; none for types that hold nothing. */
export function madeUp(type: LiteralType | undefined): Literal {
  switch (type?.type.case) {
    case "simple":
      return madeUpSimple(type.type.value);
    case "collectionType":
      return list([madeUp(type.type.value)]);
    case "mapValueType":
      return create(LiteralSchema, {
        value: {
          case: "map",
          value: { literals: { key: madeUp(type.type.value) } },
        },
      });
    case "blob":
      return file("s3://example-sandbox/output");
    case "enumType":
      return string(type.type.value.values[0] ?? "");
    case "unionType":
      return madeUpUnion(type.type.value.variants[0]);
    default:
      return noneLiteral();
  }
}

function madeUpSimple(type: SimpleType): Literal {
  switch (type) {
    case SimpleType.INTEGER:
      return integer(42);
    case SimpleType.FLOAT:
      return float(0.5);
    case SimpleType.STRING:
      return string("done");
    case SimpleType.BOOLEAN:
      return boolean(true);
    case SimpleType.DATETIME:
      return primitiveLiteral({
        case: "datetime",
        value: timestampFromMs(Date.UTC(2026, 0, 1)),
      });
    case SimpleType.DURATION:
      return primitiveLiteral({
        case: "duration",
        value: durationFromMs(90_000),
      });
    case SimpleType.STRUCT:
      return record({});
    default:
      return noneLiteral();
  }
}

function madeUpUnion(variant: LiteralType | undefined): Literal {
  return create(LiteralSchema, {
    value: {
      case: "scalar",
      value: {
        value: {
          case: "union",
          value: { value: madeUp(variant), ...variant && { type: variant } },
        },
      },
    },
  });
}
