import type { JsonValue } from "@bufbuild/protobuf";
import { type ShownField, shownFields } from "./fields.ts";
import { jsonBytes, shownText, textBytes } from "./shown_text.ts";
import { type Bytes, type Fields, MAX_DEPTH, type Tree } from "./tree.ts";

/** Bytes of a binary that a result shows; nobody reads more of them. */
const MAX_BINARY_BYTES = 96;

/** A field with the bytes that its name, colon and comma take. */
export interface SizedField extends ShownField {
  readonly nameBytes: number;
}

/** How many bytes values take as JSON, each worked out once. */
export class Sizes {
  readonly #sizes = new WeakMap<object, number>();
  readonly #fields = new WeakMap<Fields, readonly SizedField[]>();

  /** Bytes of the whole value as a result shows it, fences included. */
  of(tree: Tree): number {
    if (typeof tree === "string") return jsonBytes(tree);
    if (typeof tree !== "object" || tree === null) return String(tree).length;
    const known = this.#sizes.get(tree);
    if (known !== undefined) return known;
    const size = this.#measure(tree);
    this.#sizes.set(tree, size);
    return size;
  }

  /** The fields of an object, under the names that are shown. */
  fieldsOf(tree: Fields): readonly SizedField[] {
    const known = this.#fields.get(tree);
    if (known) return known;
    const fields = shownFields(tree)
      .map((field) => ({ ...field, nameBytes: jsonBytes(field.key) + 2 }));
    this.#fields.set(tree, fields);
    return fields;
  }

  #measure(tree: Tree & object): number {
    switch (tree.kind) {
      case "text":
        return textBytes(tree);
      case "list":
        return sumOf(tree.items, (item) => this.of(item) + 1);
      case "fields":
        return sumOf(
          this.fieldsOf(tree),
          ({ nameBytes, value }) => nameBytes + this.of(value),
        );
      case "bytes":
      case "deep":
        return jsonBytes(wholeJson(tree));
    }
  }
}

/** Bytes of a container: each member has a comma but one, which has a bracket. */
function sumOf<T>(
  members: readonly T[],
  bytesOf: (member: T) => number,
): number {
  let sum = 1;
  for (const member of members) sum += bytesOf(member);
  return Math.max(2, sum);
}

/** A value as JSON, nothing left out but the middle of binaries. */
export function wholeJson(tree: Tree): JsonValue {
  if (typeof tree !== "object" || tree === null) return tree;
  switch (tree.kind) {
    case "text":
      return shownText(tree);
    case "list":
      return tree.items.map(wholeJson);
    case "fields":
      return Object.fromEntries(
        shownFields(tree).map(({ key, value }) => [key, wholeJson(value)]),
      );
    case "bytes":
      return bytesJson(tree);
    case "deep":
      return { cut: "depth", levels: MAX_DEPTH };
  }
}

/** Whether {@linkcode wholeJson} leaves nothing out. */
export function isWhole(tree: Tree): boolean {
  if (typeof tree !== "object" || tree === null) return true;
  switch (tree.kind) {
    case "text":
      return true;
    case "list":
      return tree.items.every(isWhole);
    case "fields":
      return [...tree.fields.values()].every(isWhole);
    case "bytes":
      return tree.bytes.length <= MAX_BINARY_BYTES;
    case "deep":
      return false;
  }
}

function bytesJson({ bytes, tag, problem }: Bytes): JsonValue {
  return {
    kind: "binary",
    tag: tag === null
      ? null
      : shownText({ kind: "text", text: tag, isUri: false }),
    bytes: bytes.length,
    ...problem !== null && { problem },
    base64: bytes.subarray(0, MAX_BINARY_BYTES).toBase64(),
    ...bytes.length > MAX_BINARY_BYTES &&
      { cut: "binary", rest: "add .base64 to its path" },
  };
}
