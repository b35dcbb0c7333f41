/** What the issuer was asked, kept for whoever tests a client. */
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { DEVICE_CODE_GRANT } from "./clients.ts";
import type { Context } from "./oidc_provider.ts";

export type Endpoint =
  | "discovery"
  | "jwks"
  | "device_authorization"
  | "token"
  | "revocation"
  | "authorization"
  /** The pages a person sees. */
  | "pages"
  | "other";

export interface IssuerRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
  /** When it came, in milliseconds. */
  readonly at: number;
  /** Of a token request; the device grant without its URN. */
  readonly grant: string | undefined;
  readonly clientId: string | undefined;
  readonly clientAuthentication:
    | "none"
    | "client_secret_basic"
    | "client_secret_post";
  /** The form or query as sent, secrets replaced. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `undefined` until answered, or if it never was. */
  status: number | undefined;
  /** The kind of the fault it met. */
  fault: string | undefined;
  /** The issuer's own failure, which should never happen. */
  failure: string | undefined;
}

export const REDACTED = "[secret]";

const SECRET_PARAMETERS = new Set([
  "client_secret",
  "code",
  "code_verifier",
  "device_code",
  "refresh_token",
  "token",
]);

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/.well-known/openid-configuration": "discovery",
  "/.well-known/oauth-authorization-server": "discovery",
  "/jwks": "jwks",
  "/device/auth": "device_authorization",
  "/token": "token",
  "/token/revocation": "revocation",
  "/auth": "authorization",
};

/** A request with its form read, and the secrets it carried. */
export interface ParsedRequest {
  readonly entry: IssuerRequest;
  readonly form: URLSearchParams;
  readonly secrets: readonly string[];
}

export async function parseRequest(
  ctx: Context,
  { now }: { now(): number },
): Promise<ParsedRequest> {
  const form = new URLSearchParams(await readText(ctx.req));
  const basic = basicCredentials(ctx.get("authorization"));
  const sent = ctx.method === "POST" ? [...form] : [...queryOf(ctx)];
  const isSecret = ([name]: [string, string]) => SECRET_PARAMETERS.has(name);
  const secrets = sent.filter(isSecret).map(([, value]) => value);
  const grantType = form.get("grant_type") ?? undefined;
  return {
    form,
    secrets: [...secrets, basic?.secret ?? ""].filter((value) => value !== ""),
    entry: {
      endpoint: endpointOf(ctx.path),
      method: ctx.method,
      path: ctx.path,
      at: now(),
      grant: grantType === DEVICE_CODE_GRANT ? "device_code" : grantType,
      clientId: basic?.clientId ?? new Map(sent).get("client_id"),
      clientAuthentication: authenticationOf(form, basic),
      parameters: Object.fromEntries(
        sent.map((pair) => isSecret(pair) ? [pair[0], REDACTED] : pair),
      ),
      status: undefined,
      fault: undefined,
      failure: undefined,
    },
  };
}

/** The query of a request, as sent. */
export function queryOf(ctx: Context): URLSearchParams {
  return new URL(ctx.req.url ?? "/", "http://127.0.0.1").searchParams;
}

function authenticationOf(
  form: URLSearchParams,
  basic: unknown,
): IssuerRequest["clientAuthentication"] {
  if (basic) return "client_secret_basic";
  return form.has("client_secret") ? "client_secret_post" : "none";
}

/** Gives the provider a form in place of the one that was read. */
export function replaceForm(ctx: Context, form: URLSearchParams): void {
  const { headers, method, url, socket } = ctx.req;
  const body = Buffer.from(form.toString());
  // Koa checks this length against what it reads.
  if (headers["content-length"] !== undefined) {
    headers["content-length"] = `${body.length}`;
  }
  ctx.req = Object.assign(Readable.from(body.length ? [body] : []), {
    headers,
    method,
    url,
    originalUrl: url,
    socket,
  });
}

function endpointOf(path: string): Endpoint {
  return ENDPOINTS[path] ??
    (/^\/(device|interaction|auth)(\/|$)/.test(path) ? "pages" : "other");
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before base64. */
function basicCredentials(
  header: string,
): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = "", ...rest] = Buffer.from(encoded, "base64").toString()
    .split(":");
  const decode = (part: string) =>
    [...new URLSearchParams(`v=${part}`).values()][0] ?? "";
  return { clientId: decode(id), secret: decode(rest.join(":")) };
}
