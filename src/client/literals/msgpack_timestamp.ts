import { exactTime } from "./exact_times.ts";

/**
 * A timestamp of MessagePack's extension -1, in any of its three forms, as RFC
 * 3339; `undefined` for any other length.
 */
export function timestampOf(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const of = (seconds: bigint, nanos: bigint) =>
    exactTime(seconds * 1_000_000_000n + nanos);
  if (bytes.length === 4) return of(BigInt(view.getUint32(0)), 0n);
  if (bytes.length === 8) {
    const both = view.getBigUint64(0);
    return of(both & 0x3_ffff_ffffn, both >> 34n);
  }
  if (bytes.length !== 12) return undefined;
  return of(view.getBigInt64(4), BigInt(view.getUint32(0)));
}
