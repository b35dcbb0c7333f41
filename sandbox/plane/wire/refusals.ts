import type { UniversalHandler } from "@connectrpc/connect/protocol";
import type { PlainAnswer } from "./plain_answer.ts";

const GRPC_TYPES = [
  "application/grpc",
  "application/grpc+json",
  "application/grpc+json; charset=utf-8",
  "application/grpc+proto",
  "application/grpc-web",
  "application/grpc-web+json",
  "application/grpc-web+json; charset=utf-8",
  "application/grpc-web+proto",
];

const UNARY_TYPES = [
  ...GRPC_TYPES,
  "application/json",
  "application/json; charset=utf-8",
  "application/proto",
];

const STREAM_TYPES = [
  "application/connect+json",
  "application/connect+json; charset=utf-8",
  "application/connect+proto",
  ...GRPC_TYPES,
];

/**
 * What connect-go answers before a handler sees the request: 405 for an HTTP
 * method the RPC does not take, 415 for a content type of the wrong kind.
 */
export function refuse(
  handler: UniversalHandler,
  method: string,
  contentType: string,
): PlainAnswer | undefined {
  if (!handler.allowedMethods.includes(method)) {
    const allow = handler.allowedMethods.toSorted().join(", ");
    return { status: 405, headers: { allow }, body: "" };
  }
  if (method !== "POST" || handler.supportedContentType(contentType)) {
    return undefined;
  }
  const unary = handler.method.methodKind === "unary";
  const accepted = (unary ? UNARY_TYPES : STREAM_TYPES).join(", ");
  return { status: 415, headers: { "accept-post": accepted }, body: "" };
}
