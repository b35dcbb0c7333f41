import { md5OfObject } from "../dataproxy/md5.ts";
import type { Store } from "../store.ts";
import type { PlainRequest } from "../wire/listener.ts";
import { type PlainAnswer, textAnswer } from "../wire/plain_answer.ts";
import type { Permit } from "./signed_urls.ts";

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.html$/, "text/html; charset=utf-8"],
  [/./, "application/octet-stream"],
];

/** Serves the signed URLs of the object store: what S3 would do for a real deployment. */
export async function answerObject(
  request: PlainRequest,
  { objects, reading }: Store,
): Promise<PlainAnswer> {
  const permit = objects.signer?.verify(request.url);
  if (!permit || permit.method !== request.method) {
    return textAnswer(403, "SignatureDoesNotMatch\n");
  }
  if (permit.expiresAt < reading()) {
    return textAnswer(403, "Request has expired\n");
  }
  if (permit.method === "PUT") {
    const content = await readBody(request);
    if (!hasHash(content, permit)) return textAnswer(400, "BadDigest\n");
    objects.put(permit.uri, content);
    return { status: 200, headers: {}, body: "" };
  }
  const content = objects.get(permit.uri);
  if (!content) return textAnswer(404, "NoSuchKey\n");
  const type = TYPES.find(([ending]) => ending.test(permit.uri))?.[1] ?? "";
  return { status: 200, headers: { "content-type": type }, body: content };
}

function hasHash(content: Uint8Array, { contentMd5 }: Permit): boolean {
  return contentMd5 === undefined || md5OfObject(content) === contentMd5;
}

async function readBody({ body }: PlainRequest): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
  return await new Blob(chunks).bytes();
}
