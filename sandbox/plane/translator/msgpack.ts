import type { JsonValue } from "@bufbuild/protobuf";

/**
 * Decodes the MessagePack in which the Python SDK writes dataclasses, as JSON:
 * keys become text, bytes become base64.
 *
 * @throws {SyntaxError} when the bytes are no MessagePack
 */
export function decodeMsgpack(bytes: Uint8Array): JsonValue {
  return new Decoder(bytes).value();
}

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  value(): JsonValue {
    const tag = this.#uint(1);
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.#map(tag & 0x0f);
    if (tag < 0xa0) return this.#list(tag & 0x0f);
    if (tag < 0xc0) return this.#text(tag & 0x1f);
    return this.#tagged(tag);
  }

  #tagged(tag: number): JsonValue {
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return tag === 0xc3;
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcf:
        return Number(this.#view.getBigUint64(this.#skip(8)));
      case 0xd3:
        return Number(this.#view.getBigInt64(this.#skip(8)));
    }
    // The other tags come in rows of 1, 2 and 4 bytes of length or value.
    if (tag >= 0xc4 && tag <= 0xc6) {
      return this.#take(this.#uint(1 << (tag - 0xc4))).toBase64();
    }
    if (tag >= 0xcc && tag <= 0xce) return this.#uint(1 << (tag - 0xcc));
    if (tag >= 0xd0 && tag <= 0xd2) return this.#int(1 << (tag - 0xd0));
    if (tag >= 0xd9 && tag <= 0xdb) {
      return this.#text(this.#uint(1 << (tag - 0xd9)));
    }
    if (tag === 0xdc || tag === 0xdd) {
      return this.#list(this.#uint(2 << (tag - 0xdc)));
    }
    if (tag === 0xde || tag === 0xdf) {
      return this.#map(this.#uint(2 << (tag - 0xde)));
    }
    throw new SyntaxError(`Cannot decode MessagePack: tag ${tag}`);
  }

  #list(length: number): JsonValue {
    return Array.from({ length }, () => this.value());
  }

  #map(length: number): JsonValue {
    return Object.fromEntries(Array.from({ length }, () => {
      const key = this.value();
      return [typeof key === "string" ? key : String(key), this.value()];
    }));
  }

  #text(length: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      this.#take(length),
    );
  }

  #uint(size: number): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #int(size: number): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getInt8(at);
    return size === 2 ? this.#view.getInt16(at) : this.#view.getInt32(at);
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Moves on and gives back where it was. */
  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) {
      throw new SyntaxError("Cannot decode MessagePack: it ends too early");
    }
    this.#at += length;
    return at;
  }
}
