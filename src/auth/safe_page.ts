import { isLoopback } from "../config/endpoint.ts";

/**
 * An address that a person may be sent to: https, or plain http on this
 * machine when Flyte is on it too. What comes back is percent-encoded and in
 * punycode, so that nothing in it can pose as something else.
 *
 * @param options.local whether Flyte itself is on this machine
 * @param options.max characters; a longer address is not worth showing
 */
export function safePage(
  text: string,
  { local, max = 2000 }: { local: boolean; max?: number },
): URL | null {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.href.length > max) {
    return null;
  }
  const plain = url.protocol === "http:" && local && isLoopback(url);
  return url.protocol === "https:" || plain ? url : null;
}
