import {
  type ContextKey,
  createContextKey,
  type Interceptor,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import type { Clock } from "../../clock.ts";
import { Admission, type Lane } from "./admission.ts";
import { pauseAskedFor } from "./rate_limits.ts";
import { opened } from "../streams.ts";

/** Marks a stream that is kept open for as long as somebody waits. */
export const IS_WATCH: ContextKey<boolean> = createContextKey(false, {
  description: "is a watch",
});

/** Is told when a call begins to wait for its turn, and when it has it. */
export const ON_QUEUE: ContextKey<(isQueued: boolean) => void> =
  createContextKey<(isQueued: boolean) => void>(() => {}, {
    description: "on queue",
  });

/**
 * Sends calls as their place can take them. The time in the queue is the
 * caller's own: an attempt's deadline begins when it is sent. An answer that
 * asks for a pause holds for everybody who calls that place.
 *
 * A stream is open once its first message is there, and keeps its turn until
 * Connect ends it: it has ended, failed, or its caller's signal was aborted.
 */
export function admitCalls(clock: Clock): Interceptor {
  const places = new Map<string, Admission>();
  const placeOf = ({ url }: UnaryRequest | StreamRequest) => {
    const { origin } = new URL(url);
    const place = places.get(origin) ?? new Admission(clock);
    places.set(origin, place);
    return place;
  };
  return (next) => async (request) => {
    const place = placeOf(request);
    const tell = request.contextValues.get(ON_QUEUE);
    tell(true);
    const turn = await place.enter(laneOf(request), request.signal);
    tell(false);
    const end = () => turn[Symbol.dispose]();
    if (request.stream) request.signal.addEventListener("abort", end);
    try {
      const response = await next(request);
      const answer = response.stream ? await opened(response) : response;
      turn.answered();
      if (!request.stream) end();
      return answer;
    } catch (error) {
      const asked = pauseAskedFor(error, clock.now());
      if (asked !== null) place.pause(asked);
      // What its caller has given up says nothing about the place.
      else if (!request.signal.aborted) turn.answered();
      end();
      throw error;
    }
  };
}

function laneOf({ stream, contextValues }: UnaryRequest | StreamRequest): Lane {
  if (!stream) return "call";
  return contextValues.get(IS_WATCH) ? "watch" : "stream";
}
