import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import {
  type Literal,
  LiteralSchema,
  type Primitive,
  PrimitiveSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import type {
  EventPayload,
  SignalEventRequest,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { identityOf, readCredentials } from "../auth/caller.ts";
import type { Kubernetes } from "../kubernetes/kubernetes.ts";

/** Hands an answer on to the actions service, which alone knows what is waiting. */
export async function signalEvent(
  { actionId, payload }: SignalEventRequest,
  kubernetes: Kubernetes | undefined,
  { requestHeader }: HandlerContext,
): Promise<void> {
  if (!kubernetes) {
    throw new ConnectError("404 Not Found", Code.Unimplemented);
  }
  // The actions service crashes over a missing id; the client sees only this.
  if (!actionId?.run) {
    throw new ConnectError("unexpected EOF", Code.Unavailable);
  }
  const credentials = readCredentials(requestHeader);
  await kubernetes.signal({
    id: { run: actionId.run, name: actionId.name },
    value: literalOf(payload),
    signalledBy: credentials && identityOf(credentials.caller),
  });
}

function literalOf(payload: EventPayload | undefined): Literal | undefined {
  const value = primitiveOf(payload?.value);
  if (!value) return undefined;
  const primitive = create(PrimitiveSchema, { value });
  return create(LiteralSchema, {
    value: {
      case: "scalar",
      value: { value: { case: "primitive", value: primitive } },
    },
  });
}

function primitiveOf(
  value: EventPayload["value"] | undefined,
): Primitive["value"] | undefined {
  switch (value?.case) {
    case "boolValue":
      return { case: "boolean", value: value.value };
    case "intValue":
      return { case: "integer", value: value.value };
    case "floatValue":
      return { case: "floatValue", value: value.value };
    case "stringValue":
      return { case: "stringValue", value: value.value };
    default:
      return undefined;
  }
}
