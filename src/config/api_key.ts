/** The parts of a Flyte API key. */
export interface ApiKey {
  /** Host, with the port where the key has one. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly org: string | null;
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$/i;

/** A host, IPv6 in brackets, then the rest. */
const HOST_AND_REST = /^(\[[^\]]*\]|[^:]*):(.*)$/s;

const NONE = "None";

/**
 * Reads a Flyte API key: base64 of `endpoint:client_id:client_secret:org`.
 *
 * It takes more than the Python client, which splits these wrongly: padded,
 * unpadded and URL-safe base64; a scheme in front of the host; a port after
 * it; colons in the secret; and keys without an organization.
 *
 * @throws {SyntaxError} that never contains a part of the key
 */
export function parseApiKey(text: string): ApiKey {
  const bare = decode(text).trim().replace(/^(dns:\/{2,3}|https?:\/\/)/i, "");
  const [, before = "", after = ""] = HOST_AND_REST.exec(bare) ?? [];
  const host = before.replace(/\/$/, "");
  const rest = after.split(":");
  const hasPort = rest.length >= 4 && /^\d{1,5}\/?$/.test(rest[0] ?? "");
  const port = hasPort ? `:${rest.shift()?.replace("/", "")}` : "";
  const [clientId = "", ...others] = rest;
  // Three parts are a key from before organizations.
  const org = others.length > 1 ? others.pop() ?? "" : "";
  const clientSecret = others.join(":");
  const isOtherScheme = clientId.startsWith("//");
  const isMissing = clientId === "" || clientSecret === "";
  if (!HOST.test(host) || isOtherScheme || isMissing) throw malformed();
  return {
    endpoint: `${host}${port}`,
    clientId,
    clientSecret,
    org: org === "" || org === NONE ? null : org,
  };
}

function decode(text: string): string {
  const alphabet = text.replace(/\s+/g, "").replace(/=+$/, "")
    .replaceAll("-", "+").replaceAll("_", "/");
  try {
    const padded = alphabet.padEnd(Math.ceil(alphabet.length / 4) * 4, "=");
    const bytes = Uint8Array.fromBase64(padded);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

function malformed(): SyntaxError {
  return new SyntaxError(
    "Expected an API key as Flyte gives it (base64 of host, client id, secret and organization)",
  );
}
