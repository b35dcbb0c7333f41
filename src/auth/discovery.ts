import type { Fetch } from "../http/fetch.ts";
import { readText } from "../http/unexpected_response.ts";
import type { ClientConfig } from "./client_config.ts";

/** What an issuer says of itself, as far as it is used. */
export interface IssuerMetadata extends
  Pick<
    ClientConfig,
    | "issuer"
    | "authorizationEndpoint"
    | "tokenEndpoint"
    | "deviceAuthorizationEndpoint"
    | "tokenEndpointAuthMethods"
  > {
  /** RFC 7009; Flyte's own metadata leaves it out. */
  readonly revocationEndpoint: string | null;
}

/**
 * Reads an issuer's own document from the places that RFC 8414 section 3 and
 * OpenID Connect Discovery name, in snake_case, or in the camelCase of Flyte's
 * control plane, which passes on the document of its issuer.
 *
 * @returns `null` when there is none, or it belongs to another issuer
 * @throws {NetworkError} when the issuer cannot be reached
 */
export async function discover(
  issuer: string,
  { fetch, signal }: { fetch: Fetch; signal: AbortSignal },
): Promise<IssuerMetadata | null> {
  const url = URL.parse(issuer);
  if (!url) return null;
  const path = url.pathname.replace(/\/+$/, "");
  const places = new Set([
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}${path}/.well-known/oauth-authorization-server`,
  ]);
  for (const place of places) {
    const document = await readDocument(await fetch(place, { signal }));
    const metadata = document && toMetadata(document);
    if (metadata && isFor(metadata, { issuer, document })) return metadata;
  }
  return null;
}

type Document = Readonly<Record<string, unknown>>;

async function readDocument(response: Response): Promise<Document | null> {
  const text = await readText(response);
  if (response.status !== 200) return null;
  try {
    const document: unknown = JSON.parse(text);
    const isObject = typeof document === "object" && document !== null;
    return isObject ? document as Document : null;
  } catch {
    return null;
  }
}

function toMetadata(document: Document): IssuerMetadata {
  const text = (name: string) => {
    const value = document[name] ?? document[camelCase(name)];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const methods = document.token_endpoint_auth_methods_supported ??
    document.tokenEndpointAuthMethodsSupported;
  return {
    issuer: text("issuer"),
    authorizationEndpoint: text("authorization_endpoint"),
    tokenEndpoint: text("token_endpoint"),
    deviceAuthorizationEndpoint: text("device_authorization_endpoint"),
    revocationEndpoint: text("revocation_endpoint"),
    tokenEndpointAuthMethods: Array.isArray(methods)
      ? methods.filter((method) => typeof method === "string")
      : [],
  };
}

/**
 * An issuer speaks for itself alone (RFC 8414 section 3.3); a control plane,
 * known by its camelCase, speaks for the issuer that it names.
 */
function isFor(
  metadata: IssuerMetadata,
  { issuer, document }: { issuer: string; document: Document },
): boolean {
  const bare = (text: string) => text.replace(/\/+$/, "");
  const isOwn = bare(metadata.issuer ?? "") === bare(issuer);
  return metadata.tokenEndpoint !== null &&
    (isOwn || "tokenEndpoint" in document);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
