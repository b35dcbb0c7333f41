import { z } from "zod";
import { ToolError } from "../errors.ts";

const CURSOR = z.object({ of: z.string(), at: z.unknown() });

/**
 * Makes an opaque cursor that only goes on with the question it came from.
 *
 * @param question the arguments without the cursor
 * @param at where to go on, a JSON value
 */
export function makeCursor(question: unknown, at: unknown): string {
  const json = JSON.stringify({ of: digest(question), at });
  return new TextEncoder().encode(json)
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Reads a cursor.
 *
 * @throws {ToolError} `invalid_argument` for a cursor of another question
 */
export function readCursor<T>(
  cursor: string,
  { question, at }: { question: unknown; at: z.ZodType<T> },
): T {
  const parsed = CURSOR.safeParse(decode(cursor));
  const place = at.safeParse(parsed.data?.at);
  if (parsed.success && place.success && parsed.data.of === digest(question)) {
    return place.data;
  }
  throw new ToolError(
    "invalid_argument",
    "The cursor does not belong to these arguments.",
    {
      nextStep:
        "Pass a cursor as it was given, with the arguments it was given for; or leave it out to start again.",
    },
  );
}

function decode(cursor: string): unknown {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** FNV-1a, 32 bits: tells questions apart, protects nothing. */
function digest(question: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(question))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}
