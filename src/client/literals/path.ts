import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";

/** One step into a value. */
export type Segment =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | {
    readonly kind: "slice";
    readonly from: number;
    readonly to: number | undefined;
  };

/** `.name`, `name`, `[3]`, `[3:10]`, `["any name"]`. */
const SEGMENT =
  /\.?([^.[\]"]+)|\[(-?\d{1,15})\]|\[(-?\d{0,15}):(-?\d{0,15})\]|\[("(?:[^"\\]|\\.)*")\]/y;

const PLAIN_KEY = /^[A-Za-z_]\w*$/;

/**
 * The steps of a path such as `o0.rows[3].name`, `inputs["any name"]` or
 * `o0.rows[100:]`. Indexes count from 0, negative ones from the end, and a
 * slice `[from:to]` ends a path, all as in Python. The empty path is the whole.
 *
 * @throws {ToolError} `invalid_argument` when it is not a path
 */
export function parsePath(path: string): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < path.length;) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(path);
    const isLast = SEGMENT.lastIndex === path.length;
    const segment = match ? segmentOf(match) : undefined;
    if (!segment || (segment.kind === "slice" && !isLast)) {
      throw notAPath(path, at);
    }
    segments.push(segment);
    at = SEGMENT.lastIndex;
  }
  return segments;
}

function segmentOf(
  [, plain, index, from, to, quoted]: RegExpExecArray,
): Segment | undefined {
  if (plain !== undefined) return { kind: "key", key: plain };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  if (quoted !== undefined) {
    const key = unquoted(quoted);
    return key === undefined ? undefined : { kind: "key", key };
  }
  return { kind: "slice", from: Number(from), to: to ? Number(to) : undefined };
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // A string that JSON does not know, such as "\x".
    return undefined;
  }
}

function notAPath(path: string, at: number): ToolError {
  return new ToolError(
    "invalid_argument",
    `"${nameOf(path, 120)}" is not a path: ${
      at === 0
        ? "it goes wrong at its start"
        : `it goes wrong after "${nameOf(path.slice(0, at), 120)}"`
    }.`,
    { nextStep: 'Write it like o0.rows[3].name, o0["any name"] or o0[10:20].' },
  );
}

/** The path of a field. */
export function fieldPath(path: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The path of an item. */
export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** The path of a part of a list, an object's fields, or a text's characters. */
export function slicePath(
  path: string,
  from: number,
  to: number | undefined,
): string {
  return `${path}[${from}:${to ?? ""}]`;
}
