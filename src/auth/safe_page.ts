import { isLoopback } from "../config/endpoint.ts";

/** Longer addresses are not worth showing. */
const MAX_LENGTH = 4000;

/**
 * An address that a person may be sent to: https, or plain http on this
 * machine when Flyte is on it too. What comes back is percent-encoded and in
 * punycode, so that nothing in it can pose as something else.
 *
 * @param local whether Flyte itself is on this machine
 */
export function safePage(text: string, local: boolean): URL | null {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.href.length > MAX_LENGTH) {
    return null;
  }
  const plain = url.protocol === "http:" && local && isLoopback(url);
  return url.protocol === "https:" || plain ? url : null;
}
