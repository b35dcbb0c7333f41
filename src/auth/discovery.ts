import { isLoopback } from "../config/endpoint.ts";
import type { Fetch } from "../http/fetch.ts";
import { retryAfterOf } from "../http/retry_after.ts";
import { readText } from "../http/unexpected_response.ts";
import type { ClientConfig } from "./client_config.ts";
import { IssuerUnavailable } from "./issuer_answer.ts";

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
 * @returns `null` when there is none, or it belongs to another issuer, or its
 * place is neither https nor on this machine
 * @throws {NetworkError} when the issuer cannot be reached
 * @throws {IssuerUnavailable} when it may have one, and cannot give it now
 */
export async function discover(
  issuer: string,
  { fetch, signal }: { fetch: Fetch; signal: AbortSignal },
): Promise<IssuerMetadata | null> {
  const url = URL.parse(issuer);
  // In clear text anybody on the way could name a token endpoint of their own.
  if (!url || (url.protocol !== "https:" && !isLoopback(url))) return null;
  const path = url.pathname.replace(/\/+$/, "");
  const places = new Set([
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}${path}/.well-known/oauth-authorization-server`,
  ]);
  let isLater: IssuerUnavailable | null = null;
  for (const place of places) {
    const response = await fetch(place, { signal });
    isLater ??= laterOf(response);
    const document = await readDocument(response);
    const metadata = document && toMetadata(document);
    if (metadata && isFor(metadata, { issuer, document })) return metadata;
  }
  if (isLater) throw isLater;
  return null;
}

/** An issuer that is down or overloaded has said nothing about itself. */
function laterOf(response: Response): IssuerUnavailable | null {
  const { status } = response;
  const isLimit = status === 429;
  if (!isLimit && status < 500) return null;
  const retryAfterS = retryAfterOf(response);
  return new IssuerUnavailable({ status, retryAfterS, isLimit });
}

/** `{tenantid}`, as it looks within a URL. */
const PLACEHOLDERS = /^%7Btenantid%7D$/i;

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
  return metadata.tokenEndpoint !== null &&
    (isSame(metadata.issuer ?? "", issuer) || "tokenEndpoint" in document);
}

/**
 * Auth0's issuer ends in a slash that people leave out; that of Entra for many
 * tenants has a placeholder where each of them writes its own id.
 */
function isSame(named: string, asked: string): boolean {
  const [a, b] = [named, asked]
    .map((text) => URL.parse(text)?.href.replace(/\/+$/, "").split("/"));
  return !!a && !!b && a.length === b.length &&
    a.every((part, at) => part === b[at] || at > 2 && PLACEHOLDERS.test(part));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
