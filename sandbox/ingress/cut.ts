import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";

/**
 * Lets the headers and so many bytes of the body through, then destroys the
 * connection. An answer that never begins is never cut.
 */
export function cutAfter(res: ServerResponse, afterBytes: number): void {
  const write = res.write.bind(res);
  let left = afterBytes;
  let isCut = false;
  const pass = (chunk: unknown, isLast: boolean): boolean => {
    if (isCut) return true;
    const bytes = toBytes(chunk).subarray(0, left);
    left -= bytes.length;
    isCut = isLast || left <= 0;
    if (!isCut) return write(bytes);
    write(bytes, () => res.socket?.destroy());
    return true;
  };
  Object.assign(res, {
    write: (chunk: unknown) => pass(chunk, false),
    end(chunk?: unknown) {
      pass(chunk, true);
      return res;
    },
  });
}

function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  return typeof chunk === "string" ? Buffer.from(chunk) : new Uint8Array();
}
