import type {
  Interceptor,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "../../clock.ts";
import { type Caller, CREDENTIALS } from "./caller.ts";
import { REQUEST_ID } from "../interceptors.ts";
import { lifeOf } from "./lasting_answers.ts";
import { isRead } from "./reads.ts";
import { SharedLookups } from "./shared_lookups.ts";

/** An answer as it came, so that nobody can change it for the others. */
interface SharedAnswer {
  readonly response: UnaryResponse;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly lifeMs: number;
}

/** With more kept answers than this the oldest are forgotten. */
const MAX_KEPT = 200;

/**
 * Sends identical reads that are asked at the same time once: the same message
 * to the same method at the same address by the same person. Each gets an
 * answer of its own; of a failure, each learns the id by which Flyte knows it.
 * Answers that stay true are kept for a while.
 *
 * A write makes all answers old, whether it succeeds or not.
 *
 * @param caller tells people apart
 */
export function shareReads(
  caller: Caller,
  { now }: Pick<Clock, "now">,
): Interceptor {
  const lookups = new SharedLookups<SharedAnswer>({
    now,
    lifeOf: ({ lifeMs }) => lifeMs,
    bytesOf: ({ message }) => message.byteLength,
    maxKept: MAX_KEPT,
  });
  caller.onNext(() => lookups.clear());
  const sent = new WeakMap<Error, string>();
  return (next) => async (request) => {
    if (request.stream) return await next(request);
    if (!isRead(request)) {
      return await next(request).finally(() => caller.next());
    }
    const shared = await lookups.get(keyOf(request, caller), {
      find: (signal) => send({ ...request, signal }, { next, sent }),
      signal: request.signal,
    }).catch((error: unknown) => {
      const id = error instanceof Error && sent.get(error);
      if (id) request.header.set(REQUEST_ID, id);
      throw error;
    });
    const message = fromBinary(request.method.output, shared.message);
    return { ...shared.response, message };
  };
}

async function send(
  request: UnaryRequest,
  { next, sent }: {
    next: Parameters<Interceptor>[0];
    /** By which id a call was sent that failed. */
    sent: WeakMap<Error, string>;
  },
): Promise<SharedAnswer> {
  try {
    const response = await next(request);
    if (response.stream) throw new TypeError("A stream for a unary call");
    return {
      response,
      message: toBinary(request.method.output, response.message),
      lifeMs: lifeOf(request.method, response.message),
    };
  } catch (error) {
    const id = request.header.get(REQUEST_ID);
    if (id && error instanceof Error) sent.set(error, id);
    throw error;
  }
}

function keyOf(
  { url, method, message, contextValues }: UnaryRequest,
  caller: Caller,
): string {
  const generation = caller.generationOf(contextValues.get(CREDENTIALS));
  const bytes = toBinary(method.input, message).toBase64();
  return JSON.stringify([generation, url, bytes]);
}
