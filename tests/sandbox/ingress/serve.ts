/** An ingress on a loopback port, before a plane that says what it sees. */
import { SignJWT } from "jose";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { TokenIssuer } from "../../../sandbox/ingress/bearer.ts";
import type { IngressOptions } from "../../../sandbox/ingress/options.ts";
import { createIngress, type Ingress } from "../../../sandbox/ingress.ts";
import type { SigningKey } from "../../../sandbox/issuer/signing_key.ts";

/** What the plane saw, as it answers it. */
export interface Seen {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

async function plane(
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const chunks: string[] = [];
  for await (const chunk of req) chunks.push(`${chunk}`);
  const seen = { path: req.url, body: chunks.join(""), headers: req.headers };
  res.setHeader("Content-Type", "application/json");
  res.write(JSON.stringify(seen));
  res.end("\n");
}

export interface Served extends AsyncDisposable {
  readonly ingress: Ingress;
  call(
    path: string,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response>;
}

export async function serveIngress(
  options: Partial<IngressOptions> = {},
): Promise<Served> {
  const ingress = createIngress({
    plane: (req, res) => void plane(req, res),
    ...options,
  });
  const server = createServer(ingress);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    ingress,
    call: (path, headers, signal) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: "POST",
        body: "{}",
        headers: headers ?? {},
        redirect: "manual",
        ...(signal && { signal }),
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const ISSUER_URL = "http://127.0.0.1:1";
export const AUDIENCE = "https://flyte.sandbox";

export function tokenIssuer({ publicKey }: SigningKey): TokenIssuer {
  return { url: ISSUER_URL, audience: AUDIENCE, jwks: { keys: [publicKey] } };
}

/** A token good for an hour, unless its claims say otherwise. */
export async function mint(
  { privateKey }: SigningKey,
  claims: Record<string, unknown> = {},
): Promise<string> {
  return await new SignJWT({
    iss: ISSUER_URL,
    aud: AUDIENCE,
    sub: "sandbox-ada",
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...claims,
  }).setProtectedHeader({ alg: "RS256", kid: privateKey.kid }).sign(privateKey);
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
