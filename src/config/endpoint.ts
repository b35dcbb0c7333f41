import { joined } from "./faults.ts";
import type { Finder } from "./finder.ts";
import type { OptionKey } from "./options.ts";
import type { Raw } from "./raw.ts";
import type { Fault, Setting } from "./sources.ts";
import { readBoolean, readText } from "./values.ts";

/** Hosts that are this machine; plain http is allowed to these alone. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Options that may name the endpoint. */
const PLACES: readonly OptionKey[] = ["endpoint", "config", "apiKey"];

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
  const address = explicit ? bare : `${insecure ? "http" : "https"}://${bare}`;
  const url = URL.parse(address);
  // URL finds a host where none is written, as in "https:/x" and "/x".
  const authority = /:\/\/([^/\\?#]*)/.exec(address)?.[1] ?? "";
  if (!url || /^$|:$|\s/.test(authority)) {
    throw new SyntaxError(
      "Expected a host name, or a URL such as https://flyte.example.com",
    );
  }
  if (authority.includes("@")) {
    throw new SyntaxError("Expected no user name or password in the address");
  }
  if (url.search || url.hash || /[?#]/.test(bare)) {
    throw new SyntaxError("Expected no query and no fragment in the address");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Reads an address written as the endpoint may be; https unless it says. */
export function readAddress(raw: unknown): string {
  return parseEndpoint(readText(raw), false);
}

/**
 * Finds the endpoint. A workspace's file may name one only if no credential
 * of the person would be sent there; `insecure` counts for an endpoint in the same file, and
 * in a workspace's file for this machine alone.
 */
export function findEndpoint(
  finder: Finder,
  credential: Setting<unknown> | null,
): Setting<string> | null {
  const first = finder.raw("endpoint");
  const ignored = first?.file?.trusted === false && credential;
  if (ignored) {
    finder.notices.push(
      `${first.source} is ignored: it lies in the workspace, and ` +
        `${credential.source} would be sent there.`,
    );
  }
  const raw = ignored ? finder.raw("endpoint", (file) => file.trusted) : first;
  // A place that cannot be read may name it: its own fault says enough.
  const isPlaceFaulty = PLACES.some((key) => finder.faulty.has(key));
  if (!raw && !isPlaceFaulty) finder.faults.push(missing(finder));
  return raw && finder.read("endpoint", raw, (value) => {
    const text = readText(value);
    const url = parseEndpoint(text, false);
    return parseEndpoint(text, isInsecure(finder, raw, url));
  });
}

function isInsecure(finder: Finder, endpoint: Raw, url: string): boolean {
  const insecure = finder.raw("insecure", (file) => file === endpoint.file);
  if (!insecure || !finder.read("insecure", insecure, readBoolean)?.value) {
    return false;
  }
  if (endpoint.file?.trusted !== false || isLoopback(url)) return true;
  finder.notices.push(
    `${insecure.source} is ignored: ${endpoint.source} lies in the workspace, ` +
      `where plain http is for this machine alone.`,
  );
  return false;
}

/** Not permitted is not "not set": says so where the endpoint is missing. */
function missing({ grants }: Finder): Fault {
  if (grants.size === 0) {
    return {
      code: "not_configured",
      message: "No Flyte endpoint is configured.",
      nextStep:
        "Set FLYTE_ENDPOINT (or --endpoint) in the host's server settings, or start with --sandbox to try it without Flyte.",
    };
  }
  return {
    code: "permission_missing",
    message:
      "No Flyte endpoint was found, and Deno's permissions hide some of the places where it may be set.",
    nextStep: `Start the server with --endpoint, or show it those places with ${
      joined(grants)
    }.`,
  };
}
