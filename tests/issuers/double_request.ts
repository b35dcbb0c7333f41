import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { DEVICE_CODE_GRANT } from "../../sandbox/issuer/clients.ts";
import type { DoubleRequest, Endpoint } from "./vendor.ts";

/** Reads a request's form or query, and who asks. */
export async function readDoubleRequest(
  req: IncomingMessage,
  endpoint: Endpoint,
): Promise<{
  request: DoubleRequest;
  client: string;
  secret: string | null;
}> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  const { searchParams } = new URL(req.url ?? "/", "http://127.0.0.1");
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const parameters = new Map([...searchParams, ...form]);
  const basic = readBasic(req.headers.authorization ?? "");
  const posted = parameters.get("client_secret") ?? null;
  const grant = parameters.get("grant_type") ?? null;
  return {
    client: basic?.client ?? parameters.get("client_id") ?? "",
    secret: basic?.secret ?? posted,
    request: {
      endpoint,
      grant: grant === DEVICE_CODE_GRANT ? "device_code" : grant,
      parameters,
      authentication: basic ? "basic" : posted === null ? "none" : "post",
    },
  };
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before base64. */
function readBasic(
  header: string,
): { client: string; secret: string } | null {
  const encoded = /^Basic (.+)$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const [client = "", ...rest] = Buffer.from(encoded, "base64").toString()
    .split(":");
  const decode = (part: string) =>
    [...new URLSearchParams(`v=${part}`).values()][0] ?? "";
  return { client: decode(client), secret: decode(rest.join(":")) };
}
