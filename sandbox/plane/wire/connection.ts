import {
  Code,
  ConnectError,
  type ContextKey,
  createContextKey,
  type HandlerContext,
} from "@connectrpc/connect";

/** The connection a call came in by. */
export interface Connection {
  /** Closes it without an answer, as a crashed Go handler does. */
  drop(): void;
}

/** Where the HTTP listener leaves the connection of a call; in-process calls have none. */
export const CONNECTION: ContextKey<Connection> = createContextKey<Connection>(
  { drop() {} },
  { description: "connection" },
);

/**
 * What a nil dereference of the real service looks like: the connection is
 * dropped without an answer. The error returned is for in-process callers, who
 * see what a Connect client makes of a dropped connection.
 */
export function crash(context: HandlerContext): ConnectError {
  context.values.get(CONNECTION).drop();
  return new ConnectError("unexpected EOF", Code.Unavailable);
}

/** A message the real service dereferences without looking whether it is there. */
export function dereference<T>(
  value: T | undefined,
  context: HandlerContext,
): T {
  if (value === undefined) throw crash(context);
  return value;
}
