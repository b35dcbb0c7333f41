import {
  Code,
  ConnectError,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { IdentityService } from "../../../idl/flyteidl2/auth/identity_pb.ts";
import { type Caller, readCredentials } from "./caller.ts";
import type { Profiles } from "./profiles.ts";

/** IdentityService: who the headers of the request say the caller is. */
export function identityService(
  profiles: Profiles,
): ServiceImpl<typeof IdentityService> {
  return {
    async userInfo(_request, context) {
      const caller = await resolveCaller(context, profiles);
      if (!caller) {
        throw new ConnectError(
          "no authenticated identity on request (missing or untrusted identity headers)",
          Code.Unauthenticated,
        );
      }
      const { subject, firstName, lastName, email } = caller;
      return {
        subject,
        name: `${firstName} ${lastName}`.trim(),
        givenName: firstName,
        familyName: lastName,
        email,
      };
    },
  };
}

/** The caller of a call, completed from the issuer; `undefined` for nobody. */
export async function resolveCaller(
  { requestHeader, signal }: HandlerContext,
  profiles: Profiles,
): Promise<Caller | undefined> {
  const credentials = readCredentials(requestHeader);
  return credentials && await profiles.complete(credentials, signal);
}
