import { createHmac, timingSafeEqual } from "node:crypto";
import type { Micros } from "../clock.ts";

/** The path under which the plane itself serves signed URLs. */
export const OBJECT_PATH = "/object-store";

/** What a signed URL permits. */
export interface Permit {
  readonly method: "GET" | "PUT";
  readonly uri: string;
  readonly expiresAt: Micros;
  /** The base64 MD5 that an upload must have. */
  readonly contentMd5?: string | undefined;
}

/** A URL that carries its own permission. */
export interface SignedUrl {
  readonly url: string;
  /** Headers a client must send along. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Micros;
}

/** Signs URLs and recognizes its own. */
export interface Signer {
  sign(permit: Permit): SignedUrl;
  /** The permit a URL carries, if this signer made it. */
  verify(url: URL): Permit | undefined;
}

/**
 * Creates a signer.
 *
 * @param publicUrl where clients reach the plane, asked when a URL is made
 * @param key the secret that signatures are made with
 */
export function createSigner(publicUrl: () => string, key: Uint8Array): Signer {
  const signature = (query: URLSearchParams) =>
    createHmac("sha256", key).update(query.toString()).digest("hex");
  return {
    sign(permit) {
      const { contentMd5, expiresAt } = permit;
      const query = queryOf(permit);
      query.append("signature", signature(query));
      const headers: Record<string, string> = {};
      if (contentMd5 !== undefined) headers["Content-MD5"] = contentMd5;
      const url = `${publicUrl().replace(/\/+$/, "")}${OBJECT_PATH}?${query}`;
      return { url, headers, expiresAt };
    },
    verify({ searchParams }) {
      const given = searchParams.get("signature") ?? "";
      const permit = permitOf(searchParams);
      const wanted = signature(queryOf(permit));
      return sameText(given, wanted) ? permit : undefined;
    },
  };
}

function queryOf({ method, uri, expiresAt, contentMd5 }: Permit) {
  const query = new URLSearchParams({
    method,
    uri,
    expires: String(expiresAt),
  });
  if (contentMd5 !== undefined) query.append("md5", contentMd5);
  return query;
}

function permitOf(query: URLSearchParams): Permit {
  return {
    method: query.get("method") === "PUT" ? "PUT" : "GET",
    uri: query.get("uri") ?? "",
    expiresAt: Number(query.get("expires")),
    contentMd5: query.get("md5") ?? undefined,
  };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(text));
  return left !== undefined && right !== undefined &&
    left.length === right.length && timingSafeEqual(left, right);
}
