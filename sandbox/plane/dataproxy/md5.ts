import { createHash } from "node:crypto";

/** The MD5 of a file in base64, as object stores keep it. */
export function md5OfObject(content: Uint8Array): string {
  return createHash("md5").update(content).digest("base64");
}
