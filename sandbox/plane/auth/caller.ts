import { create } from "@bufbuild/protobuf";
import {
  type EnrichedIdentity,
  EnrichedIdentitySchema,
} from "../../../idl/flyteidl2/common/identity_pb.ts";

/** Who calls, as far as the headers of a request tell. Unknown parts are empty. */
export interface Caller {
  readonly subject: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

const CLAIMS_HEADER = "x-amzn-oidc-data";
const SUBJECT_HEADER = "x-amzn-oidc-identity";

/** What a request's headers say of its caller. */
export interface Credentials {
  readonly caller: Caller;
  /** The bearer token, where it alone named the caller. */
  readonly token: string | undefined;
}

/**
 * The caller named by a load balancer's headers or by a bearer token that is a
 * JWT. No signature is checked: the service trusts whatever stands before it.
 */
export function readCredentials(headers: Headers): Credentials | undefined {
  const claims = callerOfJwt(headers.get(CLAIMS_HEADER) ?? "");
  if (claims) return { caller: claims, token: undefined };
  const subject = headers.get(SUBJECT_HEADER)?.trim();
  if (subject) return { caller: callerOf({ sub: subject }), token: undefined };
  const match = /^bearer (.+)$/i.exec(headers.get("authorization") ?? "");
  const token = match?.[1]?.trim();
  if (!token) return undefined;
  const caller = callerOfJwt(token);
  return caller && { caller, token };
}

/** A caller from OIDC claims; claims that are not text count as absent. */
export function callerOf(claims: Record<string, unknown>): Caller {
  const text = (name: string) => {
    const value = claims[name];
    return typeof value === "string" ? value : "";
  };
  return {
    subject: text("sub"),
    firstName: text("given_name"),
    lastName: text("family_name"),
    email: text("email"),
  };
}

function callerOfJwt(token: string): Caller | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  const caller = callerOf(decodeClaims(parts[1] ?? "") ?? {});
  return caller.subject === "" ? undefined : caller;
}

/** The payload of a JWT; some load balancers pad its base64. */
function decodeClaims(segment: string): Record<string, unknown> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(segment, { alphabet: "base64url" });
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null) return undefined;
    return Object.fromEntries(Object.entries(claims));
  } catch {
    // What is no JWT names nobody; the service looks no further.
    return undefined;
  }
}

/** The caller as runs remember who started them. */
export function identityOf(caller: Caller): EnrichedIdentity {
  const { subject, firstName, lastName, email } = caller;
  const named = firstName !== "" || lastName !== "" || email !== "";
  const spec = named ? { spec: { firstName, lastName, email } } : {};
  return create(EnrichedIdentitySchema, {
    principal: { case: "user", value: { id: { subject }, ...spec } },
  });
}
