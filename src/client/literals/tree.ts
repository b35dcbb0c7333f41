import type { JsonValue } from "@bufbuild/protobuf";
import { visible } from "../../text.ts";
import { FreeNames } from "./free_names.ts";
import { withoutSignature } from "./signed_url.ts";

/** Levels of lists and objects that are decoded; what lies deeper is left out. */
export const MAX_DEPTH = 64;

/**
 * A decoded value on its way to JSON. Unlike JSON it knows who wrote a string:
 * a bare string is a word of our own, {@linkcode Text} is somebody else's. It
 * also keeps the order of fields and what is too big to show.
 */
export type Tree =
  | null
  | boolean
  | number
  | string
  | Text
  | List
  | Fields
  | Bytes
  | Deep;

/** What a run or a user wrote, with nothing invisible in it. */
export interface Text {
  readonly kind: "text";
  readonly text: string;
  /** Whether it is the address of a value; addresses are long words. */
  readonly isUri: boolean;
}

/** A list. */
export interface List {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

/** An object: a dataclass, a map, or one of our own descriptions. */
export interface Fields {
  readonly kind: "fields";
  readonly fields: ReadonlyMap<string, Tree>;
}

/** Bytes that are no text. */
export interface Bytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
  /** What the writer calls their encoding. */
  readonly tag: string | null;
  /** Why they are shown as bytes, where that is not obvious; our own words. */
  readonly problem: string | null;
}

/** Stands for what lies deeper than {@linkcode MAX_DEPTH}. */
export interface Deep {
  readonly kind: "deep";
}

/** How to decode, and how many levels may still come. */
export interface Level {
  readonly depth: number;
  /** Keep the signatures of URLs, which are as good as passwords. */
  readonly includeUrls: boolean;
  /**
   * Write values as arguments are given: files and tables by their address
   * alone, unions without the variant's name.
   */
  readonly asInput: boolean;
}

/** Nothing invisible in it, and no URL. */
const PLAIN = /^[ !-9;-~\n]*$/;

/** What stands where a value is nested too deeply. */
export const DEEP: Deep = { kind: "deep" };

/** The level of what lies within. */
export function deeper(level: Level): Level {
  return { ...level, depth: level.depth - 1 };
}

/** Text that somebody else wrote. */
export function textTree(text: string, level: Level): Text {
  // Most text by far is plain, and there may be a million of them.
  if (PLAIN.test(text)) return { kind: "text", text, isUri: false };
  const shown = level.includeUrls ? text : withoutSignature(text);
  return { kind: "text", text: visible(shown), isUri: false };
}

/** The address of a value that is stored elsewhere. */
export function uriTree(uri: string, level: Level): Text {
  return { ...textTree(uri, level), isUri: true };
}

/** A name that somebody chose; `null` when there is none. */
export function optionalText(text: string, level: Level): Text | null {
  return text === "" ? null : textTree(text, level);
}

/** A list of values. */
export function listTree(items: readonly Tree[]): List {
  return { kind: "list", items };
}

/** An object with fields of our own naming. */
export function record(fields: Readonly<Record<string, Tree>>): Fields {
  return fieldsTree(Object.entries(fields));
}

/** An object of fields that somebody else named, the same name twice perhaps. */
export function fieldsTree(
  entries: Iterable<readonly [string, Tree]>,
): Fields {
  const names = new FreeNames();
  const fields = new Map<string, Tree>();
  for (const [name, value] of entries) fields.set(names.take(name), value);
  return { kind: "fields", fields };
}

/** What this version does not know; `what` names it. */
export function unknownTree(what: string): Fields {
  return record({ unknown: what });
}

/** A floating-point number; JSON has no infinities and no NaN, so they are words. */
export function floatTree(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** A 64-bit integer: digits in a string where a JSON number would lose some. */
export function integerTree(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** A JSON value that somebody else wrote. */
export function jsonTree(value: JsonValue | undefined, level: Level): Tree {
  if (typeof value === "number") return floatTree(value);
  if (typeof value === "string") return textTree(value, level);
  if (typeof value !== "object" || value === null) return value ?? null;
  if (level.depth <= 0) return DEEP;
  const within = deeper(level);
  if (Array.isArray(value)) {
    return listTree(value.map((item) => jsonTree(item, within)));
  }
  const fields = Object.entries(value)
    .map(([key, item]) => [key, jsonTree(item, within)] as const);
  return fieldsTree(fields);
}
