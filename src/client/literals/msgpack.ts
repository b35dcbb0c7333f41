import { timestampOf } from "./msgpack_timestamp.ts";
import {
  DEEP,
  deeper,
  fieldsTree,
  floatTree,
  integerTree,
  type Level,
  listTree,
  textTree,
  type Tree,
} from "./tree.ts";

const UTF8 = new TextDecoder();

/**
 * Reads MessagePack, in which the Python SDK writes dataclasses, pydantic
 * models, tuples and dictionaries.
 *
 * The bytes come from whoever wrote the run, so nothing is believed: no room is
 * made for elements before they are there (one array in five bytes can claim
 * four billion), nesting is bounded, and no extension is carried out.
 *
 * @throws {SyntaxError} when the bytes are not one MessagePack value
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function readMsgpack(bytes: Uint8Array, level: Level): Tree {
  const reader = new Reader(bytes);
  const tree = reader.value(level);
  reader.end();
  return tree;
}

/** A whole value, or the head of a list or map whose parts follow. */
type Token =
  | { readonly kind: "value"; readonly value: Tree }
  | { readonly kind: "list"; readonly length: number }
  | { readonly kind: "map"; readonly length: number };

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(level: Level): Tree {
    const token = this.#token(level);
    if (token.kind === "value") return token.value;
    if (level.depth <= 0) {
      this.#skipParts(token, level);
      return DEEP;
    }
    const within = deeper(level);
    return token.kind === "list"
      ? this.#list(token.length, within)
      : this.#map(token.length, within);
  }

  end(): void {
    const left = this.#bytes.byteLength - this.#at;
    if (left > 0) throw new SyntaxError(`${left} bytes follow the value`);
  }

  #list(length: number, level: Level): Tree {
    const items: Tree[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(level));
    return listTree(items);
  }

  #map(length: number, level: Level): Tree {
    const entries: [string, Tree][] = [];
    for (let i = 0; i < length; i++) {
      entries.push([this.#key(level), this.value(level)]);
    }
    return fieldsTree(entries);
  }

  /** Python's dictionaries have keys of any kind; in JSON all are text. */
  #key(level: Level): string {
    const token = this.#token(level);
    if (token.kind === "value") return keyOf(token.value);
    this.#skipParts(token, level);
    return `${token.kind} of ${token.length}`;
  }

  /** Moves on over everything within, without recursion: it may be deep. */
  #skipParts(head: Exclude<Token, { kind: "value" }>, level: Level): void {
    let parts = partsOf(head);
    while (parts > 0) parts += partsOf(this.#token(level)) - 1;
  }

  #token(level: Level): Token {
    const tag = this.#uint(1);
    if (tag < 0x80) return { kind: "value", value: tag };
    if (tag >= 0xe0) return { kind: "value", value: tag - 0x100 };
    if (tag < 0x90) return { kind: "map", length: tag & 0x0f };
    if (tag < 0xa0) return { kind: "list", length: tag & 0x0f };
    if (tag < 0xc0) return this.#text(tag & 0x1f, level);
    if (tag < 0xc4) return { kind: "value", value: constant(tag) };
    // The others come in rows of 1, 2 and 4 bytes of length.
    if (tag <= 0xc6) return this.#binary(this.#uint(1 << (tag - 0xc4)));
    if (tag <= 0xc9) return this.#extension(this.#uint(1 << (tag - 0xc7)));
    if (tag <= 0xd3) return { kind: "value", value: this.#number(tag) };
    if (tag <= 0xd8) return this.#extension(1 << (tag - 0xd4));
    if (tag <= 0xdb) return this.#text(this.#uint(1 << (tag - 0xd9)), level);
    if (tag <= 0xdd) {
      return { kind: "list", length: this.#uint(2 << (tag - 0xdc)) };
    }
    return { kind: "map", length: this.#uint(2 << (tag - 0xde)) };
  }

  #number(tag: number): number | string {
    if (tag === 0xca) return floatTree(this.#view.getFloat32(this.#skip(4)));
    if (tag === 0xcb) return floatTree(this.#view.getFloat64(this.#skip(8)));
    const size = 1 << (tag & 3);
    const at = this.#skip(size);
    const isSigned = tag >= 0xd0;
    const view = this.#view;
    if (size === 8) {
      return integerTree(
        isSigned ? view.getBigInt64(at) : view.getBigUint64(at),
      );
    }
    if (size === 1) return isSigned ? view.getInt8(at) : view.getUint8(at);
    if (size === 2) return isSigned ? view.getInt16(at) : view.getUint16(at);
    return isSigned ? view.getInt32(at) : view.getUint32(at);
  }

  #text(length: number, level: Level): Token {
    const text = UTF8.decode(this.#take(length));
    return { kind: "value", value: textTree(text, level) };
  }

  #binary(length: number): Token {
    const bytes = this.#take(length);
    const value = { kind: "bytes", bytes, tag: null, problem: null } as const;
    return { kind: "value", value };
  }

  #extension(length: number): Token {
    const type = this.#view.getInt8(this.#skip(1));
    const bytes = this.#take(length);
    const time = type === -1 ? timestampOf(bytes) : undefined;
    if (time !== undefined) return { kind: "value", value: time };
    const tag = `msgpack extension ${type}`;
    const value = { kind: "bytes", bytes, tag, problem: null } as const;
    return { kind: "value", value };
  }

  #uint(size: number): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Moves on and gives back where it was. */
  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) {
      throw new SyntaxError("The bytes end too early");
    }
    this.#at += length;
    return at;
  }
}

function partsOf(token: Token): number {
  if (token.kind === "value") return 0;
  return token.kind === "list" ? token.length : 2 * token.length;
}

function constant(tag: number): null | boolean {
  if (tag === 0xc0) return null;
  if (tag === 0xc1) throw new SyntaxError("There is a byte that means nothing");
  return tag === 0xc3;
}

function keyOf(value: Tree): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (value.kind === "text") return value.text;
  return value.kind === "bytes" ? value.bytes.toBase64() : value.kind;
}
