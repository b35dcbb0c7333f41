import { Code, ConnectError } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { withBodyFailures } from "./body_failures.ts";
import type { Fetch } from "./fetch.ts";
import { NetworkError } from "./network_error.ts";
import { readText, toUnexpectedResponse } from "./unexpected_response.ts";

/** The session asks for binary messages alone. */
const CONNECT_TYPE = /^application\/(connect\+)?proto\b/i;
const JSON_TYPE = /^application\/json\b/i;

/** A Connect error is read whole, for its message may quote what was sent. */
const MAX_ERROR_BYTES = 1024 * 1024;

/** What a gateway answers in the control plane's place. */
const GATEWAY_CODES: Readonly<Record<number, Code>> = {
  429: Code.ResourceExhausted,
  502: Code.Unavailable,
  503: Code.Unavailable,
  504: Code.Unavailable,
};

/**
 * Lets only answers of the Connect protocol through to Connect, which would
 * report a 404 page as `unimplemented` and a redirect as `unknown`.
 *
 * - A refused, reset or dropped connection becomes `unavailable`.
 * - 404 is `unimplemented` once this origin has spoken Connect, for Flyte
 *   answers plain 404 for services that are not mounted.
 * - 429, 502, 503, 504 without a Connect body are a gateway's, and so is any
 *   other failure once this origin has spoken Connect.
 * - Anything else is an `UnexpectedResponse`.
 *
 * @see https://connectrpc.com/docs/protocol/
 */
export function acceptConnectAnswers(fetch: Fetch): Fetch {
  let spoken = false;
  return async (url, init) => {
    const response = withBodyFailures(
      await fetch(url, init).catch((error) => {
        throw toUnavailable(error);
      }),
      toUnavailable,
    );
    const type = response.headers.get("content-type") ?? "";
    if (response.status === 200 && CONNECT_TYPE.test(type)) {
      spoken = true;
      return response;
    }
    if (response.status !== 200 && JSON_TYPE.test(type)) {
      const text = await readText(response, MAX_ERROR_BYTES);
      const { status, headers } = response;
      const copy = new Response(text, { status, headers });
      if (!hasConnectCode(text)) return await refuse(copy, url, spoken);
      spoken = true;
      return copy;
    }
    return await refuse(response, url, spoken);
  };
}

async function refuse(
  response: Response,
  url: string,
  spoken: boolean,
): Promise<never> {
  const unexpected = await toUnexpectedResponse(response, url);
  const { status, headers } = response;
  const failed = spoken && status >= 500 ? Code.Internal : undefined;
  const gateway = GATEWAY_CODES[status] ?? failed;
  if (gateway !== undefined) {
    const message = `HTTP ${status}`;
    throw new ConnectError(message, gateway, headers, [], unexpected);
  }
  if (status === 404 && spoken) {
    throw new ConnectError("", Code.Unimplemented, headers);
  }
  throw unexpected;
}

function toUnavailable(error: unknown): unknown {
  return error instanceof NetworkError
    ? new ConnectError(error.message, Code.Unavailable, {}, [], error)
    : error;
}

function hasConnectCode(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    const code = typeof body === "object" && body !== null && "code" in body
      ? body.code
      : undefined;
    return typeof code === "string" && codeFromString(code) !== undefined;
  } catch {
    return false;
  }
}
