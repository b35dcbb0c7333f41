import type { IncomingMessage, ServerResponse } from "node:http";
import { createContextValues } from "@connectrpc/connect";
import type {
  UniversalHandler,
  UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { CONNECTION } from "./connection.ts";
import { notFoundAnswer, type PlainAnswer } from "./plain_answer.ts";
import { refuse } from "./refusals.ts";
import { readHeaders, sendAnswer, sendBody } from "./node_http.ts";

/** A request outside Connect, as the plain routes see it. */
export interface PlainRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** Reads the body; call it once. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** What is mounted on a listener. */
export interface ListenerOptions {
  readonly handlers: readonly UniversalHandler[];
  /** Answers outside Connect; `undefined` leaves the request to the RPCs. */
  readonly plain: (request: PlainRequest) => Promise<PlainAnswer | undefined>;
}

/** A request listener for `node:http`, which can end what it has open. */
export interface Listener extends AsyncDisposable {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Serves Connect handlers and plain routes, and drops connections where a handler says so. */
export function createListener(options: ListenerOptions): Listener {
  const handlers = new Map(options.handlers.map((h) => [h.requestPath, h]));
  const open = new Map<AbortController, Promise<void>>();
  return {
    handle(request, response) {
      const controller = new AbortController();
      response.on("close", () => controller.abort());
      const exchange: Exchange = { request, response, controller };
      const answered = serve(exchange, { handlers, plain: options.plain })
        // A crash ends the connection without an answer, as in the real service.
        .catch(() => void response.destroy())
        .finally(() => open.delete(controller));
      open.set(controller, answered);
    },
    async [Symbol.asyncDispose]() {
      for (const controller of open.keys()) controller.abort();
      await Promise.all(open.values());
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly controller: AbortController;
}

interface Mounted {
  readonly handlers: ReadonlyMap<string, UniversalHandler>;
  readonly plain: ListenerOptions["plain"];
}

async function serve(exchange: Exchange, mounted: Mounted): Promise<void> {
  const { request, response, controller } = exchange;
  const method = request.method ?? "GET";
  const url = new URL(`http://plane${request.url ?? "/"}`);
  const headers = readHeaders(request);
  const { signal } = controller;
  const plain = await mounted.plain(
    { method, url, headers, body: request, signal },
  );
  if (plain) return sendAnswer(exchange, plain);
  const handler = mounted.handlers.get(url.pathname);
  if (!handler) return sendAnswer(exchange, notFoundAnswer());
  const refusal = refuse(handler, method, headers.get("content-type") ?? "");
  if (refusal) return sendAnswer(exchange, refusal);
  await call(handler, exchange, { method, url, headers });
  if (!response.writableEnded) response.destroy();
}

async function call(
  handler: UniversalHandler,
  exchange: Exchange,
  { method, url, headers }: { method: string; url: URL; headers: Headers },
): Promise<void> {
  const { request, response, controller } = exchange;
  let dropped = false;
  const contextValues = createContextValues().set(CONNECTION, {
    drop() {
      dropped = true;
    },
  });
  const answer: UniversalServerResponse = await handler({
    httpVersion: request.httpVersion,
    url: url.href,
    method,
    header: headers,
    body: request,
    signal: controller.signal,
    contextValues,
  });
  if (dropped) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, Object.fromEntries(answer.header ?? []));
  await sendBody(exchange, answer.body);
}
