import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { REST } from "./fields.ts";
import { fieldPath, itemPath, slicePath } from "./path.ts";
import { lengthOf, type Part } from "./select.ts";
import { planShares, type Sized } from "./shares.ts";
import { beginning, jsonBytes, shownText } from "./shown_text.ts";
import { isWhole, Sizes, wholeJson } from "./sizes.ts";
import type { Fields, List, Text, Tree } from "./tree.ts";

/** Lists up to this length show a part of each item, longer ones whole items. */
const SHORT_LIST = 20;

/** The name of the marker in an object, with colon and comma. */
const REST_NAME_BYTES = jsonBytes(REST) + 2;

/** Less of a text says nothing. */
const LEAST_CHARACTERS = 16;

/** A decoded value. */
export interface Decoded {
  readonly value: JsonValue;
  /** Whether anything was left out. */
  readonly isCut: boolean;
}

/** How many bytes may be used. */
export interface Room {
  /** Bytes of the whole, as JSON with its fences. */
  readonly maxBytes: number;
  /** Bytes of each value in it. */
  readonly maxValueBytes: number;
}

/**
 * A part as JSON within a budget. What is too big is cut: lists and objects
 * lose their ends, texts too, and in their place stands a marker
 * `{cut, …, path}` with the size and the path of what was left out. Small
 * values are kept whole, the big ones share what they leave.
 */
export function fit(part: Part, room: Room): Decoded {
  const fitter = new Fitter();
  const { maxBytes, maxValueBytes } = room;
  const value = fitter.show(part, maxBytes, maxValueBytes);
  if (value !== undefined) return value;
  const bytes = fitter.bytesOf(part.tree);
  return { value: { cut: "value", bytes }, isCut: true };
}

class Fitter {
  readonly #sizes = new Sizes();

  bytesOf(tree: Tree): number {
    return this.#sizes.of(tree);
  }

  /** What fits into `bytes`; `undefined` when not even a marker does. */
  show(part: Part, bytes: number, each = Infinity): Decoded | undefined {
    const { tree } = part;
    if (this.#sizes.of(tree) <= bytes && this.#isWithin(tree, each)) {
      return { value: wholeJson(tree), isCut: !isWhole(tree) };
    }
    if (typeof tree !== "object" || tree === null) return undefined;
    switch (tree.kind) {
      case "text":
        return showBeginning(tree, part, bytes);
      case "list":
      case "fields":
        return this.#showMembers(tree, part, { bytes, each });
      case "bytes":
      case "deep":
        return undefined;
    }
  }

  /** Whether no member is larger than `each`. */
  #isWithin(tree: Tree, each: number): boolean {
    if (each === Infinity) return true;
    return typeof tree === "object" && tree?.kind === "fields"
      ? [...tree.fields.values()].every((one) => this.#sizes.of(one) <= each)
      : this.#sizes.of(tree) <= each;
  }

  #showMembers(
    tree: List | Fields,
    part: Part,
    { bytes, each }: { bytes: number; each: number },
  ): Decoded | undefined {
    const total = lengthOf(tree);
    const members = this.#membersOf(tree, part.path, bytes);
    const marker = (from: number) => this.#marker(tree, part, from);
    const markerBytes = REST_NAME_BYTES + jsonBytes(marker(total));
    const plan = planShares(members, {
      bytes: bytes - 2 - markerBytes,
      isLongList: tree.kind === "list" && total > SHORT_LIST,
    });
    const level = Math.min(plan.level, each);
    const shown: Shown[] = [];
    for (const { path, key, tree, size } of members.slice(0, plan.count)) {
      const child = { tree, path, from: 0, to: undefined };
      const fitted = this.show(child, Math.min(size, level));
      if (!fitted) break;
      shown.push({ key, ...fitted });
    }
    if (shown.length === 0) return markerAlone(marker(0), bytes);
    const isCut = shown.length < total;
    if (isCut) shown.push({ key: REST, value: marker(shown.length), isCut });
    const value = tree.kind === "list"
      ? shown.map(({ value }) => value)
      : Object.fromEntries(shown.map(({ key, value }) => [key, value]));
    return { value, isCut: shown.some((one) => one.isCut) };
  }

  /** The first members; more than `most` would not fit. */
  #membersOf(tree: List | Fields, path: string, most: number): Member[] {
    if (tree.kind === "list") {
      return tree.items.slice(0, most).map((item, index) => ({
        key: String(index),
        tree: item,
        path: itemPath(path, index),
        size: this.#sizes.of(item),
        overhead: 1,
      }));
    }
    return this.#sizes.fieldsOf(tree).slice(0, most).map((
      { key, value, nameBytes },
    ) => ({
      key,
      tree: value,
      path: fieldPath(path, key),
      size: this.#sizes.of(value),
      overhead: nameBytes,
    }));
  }

  /** What stands for the members from one on. */
  #marker(
    tree: List | Fields,
    { path, from, to }: Part,
    first: number,
  ): JsonObject {
    const bytes = this.#sizes.of(tree);
    // The whole needs no slice.
    const rest = first === 0 && from === 0 && to === undefined
      ? path
      : slicePath(path, from + first, to);
    return tree.kind === "list"
      ? { cut: "list", items: lengthOf(tree), bytes, path: rest }
      : { cut: "object", fields: lengthOf(tree), bytes, path: rest };
  }
}

/** A list item or a field, and what it takes. */
interface Member extends Sized {
  readonly key: string;
  readonly tree: Tree;
  readonly path: string;
}

/** What a result shows of a member. */
interface Shown extends Decoded {
  readonly key: string;
}

function markerAlone(marker: JsonObject, bytes: number): Decoded | undefined {
  return jsonBytes(marker) <= bytes
    ? { value: marker, isCut: true }
    : undefined;
}

function showBeginning(
  { text, isUri }: Text,
  { path, from, to }: Part,
  bytes: number,
): Decoded | undefined {
  const marker = (start: string, length: number) => ({
    cut: "text",
    characters: text.length,
    start,
    path: slicePath(path, from + length, to),
  });
  const room = bytes - jsonBytes(marker("", text.length)) + 2;
  const start = beginning(text, room);
  if (start.length < LEAST_CHARACTERS) return undefined;
  const shown = shownText({ kind: "text", text: start, isUri });
  return { value: marker(shown, start.length), isCut: true };
}
