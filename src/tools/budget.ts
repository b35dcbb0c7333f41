import { presentAll } from "../text.ts";

/** Bytes of JSON that a result may have; hosts warn at about twice that. */
export const MAX_RESULT_BYTES = 20_480;

/** As long as the marker of a fence. */
const NO_MARKER = "00000000";

/** What is left of it for the entries of a list. */
const LIST_BYTES = 18_000;

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * The first entries of a page, as many as fit into a result; at least one. The
 * rest is for the next page, so nothing is lost by asking for many.
 */
export function fitting<T>(entries: readonly T[]): T[] {
  let bytes = 0;
  const end = entries.findIndex((entry) =>
    (bytes += jsonBytes(entry) + 1) > LIST_BYTES
  );
  return end < 0 ? [...entries] : entries.slice(0, Math.max(1, end));
}

/** Bytes that are left for more beside these parts of a result. */
export function roomBeside(parts: Readonly<Record<string, unknown>>): number {
  // Some bytes are for the names of what is to come.
  return MAX_RESULT_BYTES - jsonBytes(presentAll(parts, NO_MARKER)) - 200;
}
