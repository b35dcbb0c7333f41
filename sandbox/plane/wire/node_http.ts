import type { IncomingMessage, ServerResponse } from "node:http";
import type { PlainAnswer } from "./plain_answer.ts";

/** Headers of a Node request as the web has them; repeated ones are joined. */
export function readHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

/** Sends an answer that is complete. */
export function sendAnswer(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  answer: PlainAnswer,
): void {
  request.resume();
  response.writeHead(answer.status, { ...answer.headers });
  response.end(answer.body);
}

/** Sends a body chunk by chunk, no faster than the client reads it, until the client is gone. */
export async function sendBody(
  { response, controller }: {
    response: ServerResponse;
    controller: AbortController;
  },
  body: AsyncIterable<Uint8Array> | undefined,
): Promise<void> {
  for await (const chunk of body ?? []) {
    if (response.destroyed || response.writableEnded) break;
    if (!response.write(chunk)) await drained(response, controller.signal);
  }
  if (!response.destroyed) response.end();
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.on("drain", done);
    signal.addEventListener("abort", done);
  });
}
