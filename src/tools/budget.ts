import { presentAll, withShortQuotes } from "../text.ts";

/** As long as the marker of a fence. */
const NO_MARKER = "00000000";

/** Of a result, for the names of what is to come, and for a cursor. */
const FRAME_BYTES = 700;

/** Characters of a quote, of which the first that fit are taken. */
const QUOTE_LENGTHS = [2000, 1000, 500, 250, 120, 60] as const;

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return byteLength(JSON.stringify(value));
}

/** Bytes of a value as JSON once its fences stand. */
export function shownBytes(value: unknown): number {
  return jsonBytes(presentAll(value, NO_MARKER));
}

/**
 * The first entries of a page, as many as fit into these bytes; at least one.
 * The rest is for the next page, so nothing is lost by asking for many.
 */
export function fitting<T>(entries: readonly T[], bytes: number): T[] {
  let sum = 0;
  const end = entries.findIndex((entry) =>
    (sum += shownBytes(entry) + 1) > bytes
  );
  return end < 0 ? [...entries] : entries.slice(0, Math.max(1, end));
}

/**
 * Bytes that are left for more beside these parts of a result.
 *
 * @param maxBytes `maxResultBytes` of the call's context
 */
export function roomBeside(
  parts: Readonly<Record<string, unknown>>,
  maxBytes: number,
): number {
  return maxBytes - shownBytes(parts) - FRAME_BYTES;
}

/** What a result is made of. */
export type Data = Readonly<Record<string, unknown>>;

/**
 * Data that fits, for a result that has no pages: first its quotes are cut, as
 * far as it takes, then its lists, from their ends. It says so.
 */
export function withinBytes(data: Data, maxBytes: number): Data {
  const bytes = shownBytes(data);
  if (bytes <= maxBytes) return data;
  let cut = data;
  for (const length of QUOTE_LENGTHS) {
    const short = shortQuotes(data, length);
    if (shownBytes(short) < bytes) cut = { ...short, texts_cut_to: length };
    if (shownBytes(cut) <= maxBytes) return cut;
  }
  // What a page leaves out comes after its cursor, and nowhere else.
  return "next_cursor" in data ? cut : withShortLists(cut, maxBytes);
}

function shortQuotes(data: Data, length: number): Data {
  return Object.fromEntries(
    Object.entries(data).map(([key, part]) => [key, shortPart(part, length)]),
  );
}

function shortPart(part: unknown, length: number): unknown {
  if (typeof part === "string") return withShortQuotes(part, length);
  if (Array.isArray(part)) return part.map((one) => shortPart(one, length));
  // What is neither a text nor a list is a number, a fact or an object.
  return typeof part === "object" && part !== null
    ? shortQuotes(part as Data, length)
    : part;
}

/** The largest list loses its second half, until all fits. */
function withShortLists(data: Data, maxBytes: number): Data {
  let cut = data;
  while (shownBytes(cut) > maxBytes) {
    const lists = Object.entries(cut)
      .flatMap(([name, part]) =>
        Array.isArray(part) && part.length > 0
          ? [{ name, part, bytes: shownBytes(part) }]
          : []
      );
    const [largest] = lists.sort((a, b) => b.bytes - a.bytes);
    if (!largest) break;
    const { name, part } = largest;
    const kept = part.slice(0, Math.floor(part.length / 2));
    const before = cut[`${name}_left_out`];
    const leftOut = part.length - kept.length +
      (typeof before === "number" ? before : 0);
    cut = { ...cut, [name]: kept, [`${name}_left_out`]: leftOut };
  }
  return cut;
}
