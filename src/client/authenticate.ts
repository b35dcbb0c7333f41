import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import type { CallCredentials, Credentials } from "../auth/authenticator.ts";
import type { ClientConfigStore } from "../auth/client_config.ts";
import { UnexpectedResponse } from "../http/unexpected_response.ts";
import { CREDENTIALS } from "./sharing/caller.ts";
import { notFlyte } from "./failures/unreachable.ts";

type Request = Parameters<ReturnType<Interceptor>>[0];

/**
 * Sends each call with the session's credentials, and once again with renewed
 * ones when the server or the ingress in front of it wants a login. A stream
 * is refused before its first message, and is not opened before.
 */
export function authenticate(
  authenticator: CallCredentials,
  { store, endpoint }: { store: ClientConfigStore; endpoint: string },
): Interceptor {
  return (next) => async (request) => {
    const send = async (credentials: Credentials | null) => {
      for (const [name, value] of credentials?.headers ?? []) {
        request.header.set(name, value);
      }
      request.contextValues.set(CREDENTIALS, credentials);
      const response = await next(request);
      if (credentials) authenticator.accepted(credentials);
      return response;
    };
    const used = await authenticator.credentials(request.signal);
    try {
      return await send(used);
    } catch (error) {
      await checkWantsLogin(error, request, { store, endpoint });
    }
    const renewed = await authenticator.renew(used, request.signal);
    try {
      return await send(renewed);
    } catch (error) {
      await checkWantsLogin(error, request, { store, endpoint });
      throw authenticator.rejection();
    }
  };
}

/** Returns when the answer asks for a login; else throws what it means. */
async function checkWantsLogin(
  error: unknown,
  request: Request,
  { store, endpoint }: { store: ClientConfigStore; endpoint: string },
): Promise<void> {
  if (error instanceof UnexpectedResponse) {
    if (!error.mayWantLogin) throw notFlyte(error, endpoint);
    const { hasLogin } = await store.get(request.signal).catch((failure) => {
      request.signal.throwIfAborted();
      if (failure instanceof UnexpectedResponse) return { hasLogin: false };
      throw failure;
    });
    if (!hasLogin) throw notFlyte(error, endpoint);
    return;
  }
  const refused = error instanceof ConnectError &&
    error.code === Code.Unauthenticated;
  // UserInfo refuses whoever it cannot name, logged in or not (whoami asks on).
  const unnamed = request.service.typeName === IdentityService.typeName;
  if (!refused || unnamed) throw error;
}
