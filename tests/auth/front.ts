/** A server in front of another one, such as a proxy, a portal or a thief. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  listenOnLoopback,
  type LoopbackServer,
} from "../../sandbox/loopback.ts";

/** What came to a front. */
export interface Passed {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  readonly status: number;
}

/** What a front answers by itself. */
export interface Refusal {
  readonly status: number;
  readonly location?: string;
}

/** A front, with all that came to it. */
export interface Front extends LoopbackServer {
  readonly passed: readonly Passed[];
}

/**
 * Passes requests on to a server.
 *
 * @param refuse says what is answered instead; `null`: it is passed on
 */
export async function startFront(
  target: string,
  refuse: (request: { headers: Headers; path: string }) => Refusal | null,
): Promise<Front> {
  const passed: Passed[] = [];
  const server = await listenOnLoopback((request, response) => {
    forward(request, response).catch(() => response.destroy());
  }, 0);
  return { ...server, passed };

  async function forward(request: IncomingMessage, response: ServerResponse) {
    const { method = "GET", url: path = "/" } = request;
    const headers = new Headers(
      Object.entries(request.headers)
        .flatMap(([name, value]) => value ? [[name, String(value)]] : []),
    );
    const body = new Uint8Array(
      await new Blob(await Array.fromAsync(request) as BlobPart[])
        .arrayBuffer(),
    );
    const refusal = refuse({ headers, path });
    const answer = refusal
      ? pageOf(refusal)
      : await pass(`${target}${path}`, { method, headers, body });
    const { status } = answer;
    passed.push({
      path,
      headers,
      body: new TextDecoder().decode(body),
      status,
    });
    const type = answer.headers.get("content-type") ?? "";
    const location = answer.headers.get("location");
    response.writeHead(status, {
      "content-type": type,
      connection: "close",
      ...(location && { location }),
    });
    response.end(new Uint8Array(await answer.arrayBuffer()));
  }
}

function pageOf({ status, location }: Refusal): Response {
  const headers = new Headers({ "content-type": "text/html" });
  if (location) headers.set("location", location);
  return new Response("<h1>Not here</h1>", { status, headers });
}

async function pass(
  url: string,
  { method, headers, body }: {
    method: string;
    headers: Headers;
    body: Uint8Array<ArrayBuffer>;
  },
): Promise<Response> {
  const sent = new Headers(headers);
  for (const name of ["host", "connection", "proxy-authorization"]) {
    sent.delete(name);
  }
  const hasBody = method !== "GET";
  return await fetch(url, {
    method,
    headers: sent,
    redirect: "manual",
    ...(hasBody && { body }),
  });
}
