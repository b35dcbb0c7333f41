import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamResponse,
  type UnaryResponse,
} from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import type { CallCredentials, Credentials } from "../auth/authenticator.ts";
import type { ClientConfigStore } from "../auth/client_config.ts";
import { UnexpectedResponse } from "../http/unexpected_response.ts";
import { notFlyte } from "./unreachable.ts";

type Request = Parameters<ReturnType<Interceptor>>[0];

/**
 * Sends each call with the session's credentials, and once again with renewed
 * ones when the server or the ingress in front of it wants a login.
 */
export function authenticate(
  authenticator: CallCredentials,
  { store, endpoint }: { store: ClientConfigStore; endpoint: string },
): Interceptor {
  return (next) => async (request) => {
    const repeatable = await toRepeatable(request);
    const send = async (credentials: Credentials | null) => {
      for (const [name, value] of credentials?.headers ?? []) {
        request.header.set(name, value);
      }
      const response = await started(await next(repeatable()));
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

/** A stream's request can be read once, so that its message is kept. */
async function toRepeatable(request: Request): Promise<() => Request> {
  if (!request.stream) return () => request;
  const messages = await Array.fromAsync(request.message);
  return () => ({ ...request, message: createAsyncIterable(messages) });
}

/**
 * Waits for a stream's first message, for that is where a refusal shows. Flyte
 * sends no headers before it anyway.
 */
async function started(
  response: UnaryResponse | StreamResponse,
): Promise<UnaryResponse | StreamResponse> {
  if (!response.stream) return response;
  const rest = response.message[Symbol.asyncIterator]();
  const first = await rest.next();
  async function* message() {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { ...response, message: message() };
}
