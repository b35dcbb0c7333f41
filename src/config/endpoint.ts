/** Hosts that are this machine; plain http is allowed to these alone. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether the URL's host is this machine. */
export function isLoopback(url: string | URL): boolean {
  return LOOPBACK.test(new URL(url).hostname);
}

/**
 * Reads an endpoint as Flyte's clients write it: `flyte.example.com`,
 * `dns:///flyte.example.com:443`, `https://flyte.example.com/prefix`.
 *
 * @param insecure plain http when the text names no scheme
 * @returns scheme, host, port and path without a trailing slash
 * @throws {SyntaxError} when it is not a host or an http(s) URL
 */
export function parseEndpoint(text: string, insecure: boolean): string {
  const bare = text.trim().replace(/^dns:\/\/\/?/i, "");
  const explicit = /^([a-z][a-z0-9+.-]*):\/\//i.exec(bare)?.[1]?.toLowerCase();
  if (explicit && explicit !== "http" && explicit !== "https") {
    throw new SyntaxError(`Expected http, https or dns, got "${explicit}"`);
  }
  const scheme = insecure ? "http" : "https";
  const url = URL.parse(explicit ? bare : `${scheme}://${bare}`);
  if (!url || url.hostname === "" || /\s/.test(bare)) {
    throw new SyntaxError(
      "Expected a host name, or a URL such as https://flyte.example.com",
    );
  }
  if (url.username || url.password) {
    throw new SyntaxError("Expected no user name or password in the address");
  }
  if (url.search || url.hash || /[?#]/.test(bare)) {
    throw new SyntaxError("Expected no query and no fragment in the address");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
