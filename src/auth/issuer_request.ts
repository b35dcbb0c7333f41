import * as oauth from "oauth4webapi";
import { isLoopback } from "../config/endpoint.ts";
import type { Fetch } from "../http/fetch.ts";
import { readIssuerAnswer, toIssuerUnavailable } from "./issuer_answer.ts";

/**
 * Sends a request that the library makes, once, and makes the answer fit for
 * its validation.
 *
 * @throws {IssuerUnavailable} when no answer came, or none that counts
 * @throws {OAuthError} for refusals without a JSON body
 */
export async function askIssuer(
  request: (options: oauth.TokenEndpointRequestOptions) => Promise<Response>,
  { url, fetch, signal }: {
    url: string | undefined;
    fetch: Fetch;
    signal: AbortSignal;
  },
): Promise<Response> {
  try {
    const response = await request({
      signal,
      // The library's option type clashes with exactOptionalPropertyTypes.
      [oauth.customFetch]: (to, init: object) =>
        fetch(to, { ...init, once: true }),
      // Plain http only where `checkIssuer` has let it pass: on this machine.
      [oauth.allowInsecureRequests]: url !== undefined && isLoopback(url),
    });
    return await readIssuerAnswer(response);
  } catch (error) {
    throw toIssuerUnavailable(error);
  }
}
