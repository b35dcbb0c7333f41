import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type AuthMetadataService,
  GetOAuth2MetadataResponseSchema,
} from "../../../idl/flyteidl2/auth/auth_service_pb.ts";
import { type PlainAnswer, textAnswer } from "../wire/plain_answer.ts";
import type { IssuerOptions } from "./issuer.ts";
import type { Metadata } from "./metadata.ts";

/** The path of RFC 8414, at which the plane answers in camelCase. */
export const WELL_KNOWN_PATH = "/.well-known/oauth-authorization-server";

/** AuthMetadataService: where to log in, and as which client. */
export function authMetadataService(
  metadata: Metadata,
  issuer: IssuerOptions | undefined,
): ServiceImpl<typeof AuthMetadataService> {
  const client = issuer?.client;
  return {
    getOAuth2Metadata: (_request, { signal }) => metadata(signal),
    getPublicClientConfig(_request, { requestHeader }) {
      return {
        clientId: client?.clientId ?? "",
        redirectUri: client?.redirectUri ?? "",
        scopes: [...client?.scopes ?? []],
        authorizationMetadataKey: issuer?.authorizationMetadataKey ||
          "authorization",
        audience: client?.audience ?? "",
        // The real service names its own address, which is the one it was called by.
        dataplaneDomain: `http://${requestHeader.get("host") ?? "localhost"}`,
      };
    },
  };
}

/** The same document over plain HTTP: protobuf's JSON, so not what RFC 8414 says. */
export async function wellKnownAnswer(
  method: string,
  metadata: Metadata,
  signal: AbortSignal,
): Promise<PlainAnswer> {
  if (method !== "GET") {
    return textAnswer(405, "method not allowed\n", { allow: "GET" });
  }
  try {
    const document = await metadata(signal);
    const json = toJson(GetOAuth2MetadataResponseSchema, document);
    const headers = { "content-type": "application/json" };
    return { status: 200, headers, body: JSON.stringify(json) };
  } catch (cause) {
    const error = ConnectError.from(cause);
    const body = `${codeName(error.code)}: ${error.rawMessage}\n`;
    return textAnswer(HTTP_STATUS.get(error.code) ?? 500, body);
  }
}

const HTTP_STATUS: ReadonlyMap<Code, number> = new Map([
  [Code.Unimplemented, 501],
  [Code.InvalidArgument, 400],
  [Code.Unavailable, 503],
]);

function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
}
