import type { Fault, Lookup, Setting } from "./sources.ts";

/** A value that cannot be read; a secret is not repeated. */
export function unreadable(
  { value, source }: Setting<unknown>,
  { isSecret, error }: { isSecret: boolean; error: unknown },
): Fault {
  const why = error instanceof Error ? error.message : "Expected another";
  const got = isSecret ? "" : `, got ${shown(value)}`;
  return {
    code: "config_invalid",
    message: `${source} cannot be used: ${lower(why)}${got}.`,
    nextStep: `Correct ${source}.`,
  };
}

/** A setting that names something which is not there, or hidden. */
export function missingTarget(
  { source, target, lookup }: {
    source: string;
    target: string;
    lookup: Lookup;
  },
): Fault {
  return lookup.kind === "denied"
    ? {
      code: "permission_missing",
      message: `${source} names ${target}, which Deno's permissions hide.`,
      nextStep: `Start the server with ${lookup.grant}.`,
    }
    : {
      code: "config_invalid",
      message:
        `${source} names ${target}, which is missing, empty or cannot be read.`,
      nextStep: `Correct ${source}.`,
    };
}

/** A value for a message, without the parts of an address that may be secret. */
function shown(value: unknown): string {
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "a mapping";
  }
  const text = String(value).replace(/^.*@/s, "…@").replace(/[?#].*/s, "…");
  return `"${text.length <= 80 ? text : `${text.slice(0, 80)}…`}"`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
