import { nameOf } from "../text.ts";
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

/** What a setting names: a variable, a file, or a file with a certificate. */
export interface Target {
  readonly kind: keyof typeof LOOKS;
  readonly name: string;
}

/**
 * What names look like. A name that looks different may be the secret itself,
 * put into the wrong variable, and is not repeated.
 */
const LOOKS = {
  variable: /^[A-Za-z_]\w{0,63}$/,
  file: /^(~|\.{0,2})[\\/]|^[A-Za-z]:[\\/]|^[\w .\\/-]{1,200}\.[a-z]{2,6}$/,
  certificate: /./,
};

/** A setting that names something which is not there, or hidden. */
export function missingTarget(
  { source, target, lookup }: {
    source: string;
    target: Target;
    lookup: Lookup;
  },
): Fault {
  const isShown = LOOKS[target.kind].test(target.name);
  const what = describeTarget(target, isShown);
  if (lookup.kind !== "denied") {
    return {
      code: "config_invalid",
      message:
        `${source} names ${what}, which is missing, empty or cannot be read.`,
      nextStep: `Correct ${source}.`,
    };
  }
  const [flag] = lookup.grant.split("=", 1);
  return {
    code: "permission_missing",
    message: `${source} names ${what}, which Deno's permissions hide.`,
    nextStep: addFlags(isShown ? lookup.grant : `${flag} for it`),
  };
}

/** A flag of one kind replaces all that `-P` allows of it. */
export function addFlags(flags: string): string {
  return `Start the server with ${flags} besides what it has; "main.ts permissions" prints the whole line.`;
}

/** Flags of one kind as one: `--allow-env=A,B`. */
export function joined(grants: Iterable<string>): string {
  const kinds = Map.groupBy(grants, (grant) => grant.split("=", 1)[0] ?? "");
  return [...kinds].map(([flag, same]) =>
    `${flag}=${same.map((grant) => grant.slice(flag.length + 1)).join(",")}`
  ).join(" ");
}

function describeTarget({ kind, name }: Target, isShown: boolean): string {
  const shown = nameOf(name);
  switch (kind) {
    case "variable":
      return isShown ? `the variable ${shown}` : "a variable";
    case "file":
      return isShown ? `the file "${shown}"` : "a file";
    case "certificate":
      return `a PEM certificate in "${shown}"`;
  }
}

/** A value for a message, without the parts of an address that may be secret. */
function shown(value: unknown): string {
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "a mapping";
  }
  const text = String(value).replace(/^.*@/s, "…@").replace(/[?#].*/s, "…");
  return `"${nameOf(text, 80)}"`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
