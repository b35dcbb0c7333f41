import type { RequestListener } from "node:http";
import { acceptConnectAnswers } from "../../src/http/connect_answers.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { serve } from "./peer.ts";

/** A web page that stands where Flyte should. */
export const PAGE = "<html><TITLE lang=en>\n Flyte\n Console </TITLE>";

/** What a peer answers: status, content type, body, other headers. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A listener that gives each path its answer. */
export function answering(
  answers: Readonly<Record<string, Answer>>,
): RequestListener {
  return (request, response) => {
    const { status, type, body, headers } = answers[request.url ?? ""] ??
      { status: 500 };
    response.writeHead(status, {
      ...headers,
      ...(type && { "content-type": type }),
    });
    response.end(body);
  };
}

/** Asks a peer that gives this one answer. */
export async function ask(answer: Answer): Promise<Response> {
  await using peer = await serve(answering({ "/": answer }));
  using fetch = createFetch({ caCert: null });
  const response = await acceptConnectAnswers(fetch)(`${peer.origin}/`, {});
  const { status, headers } = response;
  return new Response(await response.bytes(), { status, headers });
}
