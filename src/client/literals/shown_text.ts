import type { JsonValue } from "@bufbuild/protobuf";
import { quote } from "../../text.ts";
import type { Text } from "./tree.ts";

/**
 * A word that can instruct nobody: an identifier, a number, a version, a short
 * address. It stands as it is, so that it can be used as an argument again.
 */
const WORD = /^[\w.:/@%+=,~#&?[\]-]{0,64}$/;

/** The same of an address, which is longer. */
const URI = /^[\w.:/@%+=,~#&?[\]$*-]{0,512}$/;

/** Bytes that `present()` makes of the marks around a quoted text. */
const FENCE_BYTES = 32;

const ENCODER = new TextEncoder();

/** Text as a string of a result: a word as it is, anything else in `quote()`. */
export function shownText(text: Text): string {
  return isWord(text) ? text.text : quote(text.text, Infinity);
}

/** Bytes of {@linkcode shownText} as JSON, once its fence stands. */
export function textBytes(text: Text): number {
  // A word has neither characters of several bytes nor any to escape.
  return isWord(text)
    ? text.text.length + 2
    : jsonBytes(text.text) + FENCE_BYTES;
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: JsonValue): number {
  return ENCODER.encode(JSON.stringify(value)).length;
}

/** The longest beginning of a text that takes at most `bytes` when quoted. */
export function beginning(text: string, bytes: number): string {
  const room = bytes - FENCE_BYTES - 2;
  let used = 0;
  let length = 0;
  for (const character of text) {
    used += characterBytes(character);
    if (used > room) break;
    length += character.length;
  }
  return text.slice(0, length);
}

/** In JSON, of what `visible()` leaves: no control but tab and line feed. */
function characterBytes(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return /["\\\n\t]/.test(character) ? 2 : 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function isWord({ text, isUri }: Text): boolean {
  return (isUri ? URI : WORD).test(text);
}
