import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { type ShownField, shownFields } from "./fields.ts";
import { fieldPath, itemPath, parsePath, type Segment } from "./path.ts";
import {
  type Fields,
  fieldsTree,
  type List,
  type Text,
  type Tree,
} from "./tree.ts";

/** Names that an error lists. */
const MAX_NAMES = 20;

/** A part of a value, and where it lies in the whole. */
export interface Part {
  readonly tree: Tree;
  /** Its path, without the slice. */
  readonly path: string;
  /** Where the slice begins and ends; of all of it, 0 and `undefined`. */
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * The part of a value that a path leads to.
 *
 * @throws {ToolError} `invalid_argument` when there is no such part
 */
export function select(root: Tree, path: string): Part {
  let part: Part = { tree: root, path: "", from: 0, to: undefined };
  for (const segment of parsePath(path)) part = step(part, segment);
  return part;
}

function step(part: Part, segment: Segment): Part {
  const { tree, path } = part;
  const node = typeof tree === "object" ? tree : null;
  if (segment.kind === "slice") return slice(part, segment);
  if (node?.kind === "list") {
    const index = indexOf(segment);
    const item = index === undefined ? undefined : node.items.at(index);
    if (index === undefined || item === undefined) {
      throw missing(part, segment);
    }
    const place = index < 0 ? index + node.items.length : index;
    return { ...part, tree: item, path: itemPath(path, place) };
  }
  if (node?.kind === "fields") {
    const name = segment.kind === "key" ? segment.key : String(segment.index);
    const field = shownFields(node).find(({ key }) => key === name);
    if (!field) throw missing(part, segment);
    return { ...part, tree: field.value, path: fieldPath(path, field.key) };
  }
  if (node?.kind === "bytes" && isKey(segment, "base64")) {
    const text = node.bytes.toBase64();
    return {
      ...part,
      tree: { kind: "text", text, isUri: false },
      path: fieldPath(path, "base64"),
    };
  }
  throw missing(part, segment);
}

/** An index, written `[3]` or `.3`. */
function indexOf(segment: Segment): number | undefined {
  if (segment.kind === "index") return segment.index;
  return segment.kind === "key" && /^\d{1,15}$/.test(segment.key)
    ? Number(segment.key)
    : undefined;
}

function isKey(segment: Segment, key: string): boolean {
  return segment.kind === "key" && segment.key === key;
}

function slice(part: Part, segment: Segment & { kind: "slice" }): Part {
  const { tree, path } = part;
  if (typeof tree !== "object" || tree === null) throw missing(part, segment);
  if (tree.kind === "bytes" || tree.kind === "deep") {
    throw missing(part, segment);
  }
  const length = lengthOf(tree);
  const from = absolute(segment.from, length);
  const to = segment.to === undefined
    ? undefined
    : Math.max(from, absolute(segment.to, length));
  return { tree: cutOut(tree, from, to), path, from, to };
}

function absolute(index: number, length: number): number {
  return Math.min(length, Math.max(0, index < 0 ? index + length : index));
}

/** Characters, items or fields. */
export function lengthOf(tree: Text | List | Fields): number {
  if (tree.kind === "text") return tree.text.length;
  return tree.kind === "list" ? tree.items.length : tree.fields.size;
}

function cutOut(
  tree: Text | List | Fields,
  from: number,
  to: number | undefined,
): Tree {
  if (tree.kind === "text") {
    return { ...tree, text: tree.text.slice(from, to).toWellFormed() };
  }
  if (tree.kind === "list") {
    return { ...tree, items: tree.items.slice(from, to) };
  }
  const fields = shownFields(tree).slice(from, to)
    .map(({ key, value }) => [key, value] as const);
  return fieldsTree(fields);
}

function missing({ tree, path }: Part, segment: Segment): ToolError {
  const place = path === "" ? "the values" : nameOf(path, 120);
  return new ToolError(
    "invalid_argument",
    `There is no ${describe(segment)} in ${place}.`,
    { nextStep: whatThereIs(tree) },
  );
}

function describe(segment: Segment): string {
  if (segment.kind === "key") return `"${nameOf(segment.key, 64)}"`;
  return segment.kind === "index" ? `item ${segment.index}` : "part to slice";
}

function whatThereIs(tree: Tree): string {
  if (typeof tree !== "object" || tree === null) {
    return "It is a single value: end the path there.";
  }
  switch (tree.kind) {
    case "list":
      return tree.items.length === 0
        ? "It is an empty list."
        : `It is a list: use an index from 0 to ${tree.items.length - 1}.`;
    case "fields":
      return namesOf(shownFields(tree));
    case "text":
      return "It is text: end the path there, or with a slice such as [0:1000].";
    case "bytes":
      return "It is binary: end the path there, or with .base64.";
    case "deep":
      return "It is nested too deeply to be shown.";
  }
}

function namesOf(fields: readonly ShownField[]): string {
  if (fields.length === 0) return "It is empty.";
  const names = fields.slice(0, MAX_NAMES).map(({ key }) => nameOf(key, 64));
  const more = fields.length - names.length;
  return `It has: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}
