import type { Interceptor, StreamResponse } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";

/**
 * Lets a stream be opened more than once: its request is an iterable that can
 * be read once, so that what is in it is kept.
 */
export function repeatStreams(): Interceptor {
  return (next) => async (request) => {
    if (!request.stream) return await next(request);
    const messages = await Array.fromAsync(request.message);
    const message = {
      [Symbol.asyncIterator]: () =>
        createAsyncIterable(messages)[Symbol.asyncIterator](),
    };
    return await next({ ...request, message });
  };
}

/**
 * Waits for a stream's first message, for that is where a refusal shows. Flyte
 * sends no headers before it anyway.
 */
export async function opened(
  response: StreamResponse,
): Promise<StreamResponse> {
  const rest = response.message[Symbol.asyncIterator]();
  const first = await rest.next();
  async function* message() {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { ...response, message: message() };
}
