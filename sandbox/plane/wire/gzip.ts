import { gunzip, gzip } from "node:zlib";
import { promisify } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** gzip, the one compression the real services speak. */
export const GZIP: Compression = {
  name: "gzip",
  async compress(bytes) {
    return new Uint8Array(await zip(bytes));
  },
  async decompress(bytes, readMaxBytes) {
    if (bytes.byteLength === 0) return new Uint8Array();
    try {
      return new Uint8Array(
        await unzip(bytes, { maxOutputLength: readMaxBytes }),
      );
    } catch (cause) {
      throw new ConnectError(
        `decompress: ${cause instanceof Error ? cause.message : String(cause)}`,
        Code.InvalidArgument,
        undefined,
        undefined,
        cause,
      );
    }
  },
};
