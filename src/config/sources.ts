/** What reading a variable or a file gave. */
export type Lookup =
  | { readonly kind: "found"; readonly text: string }
  | { readonly kind: "absent" }
  /** Hidden by Deno's permissions; `grant` is the flag that shows it. */
  | { readonly kind: "denied"; readonly grant: string };

/** Where settings come from; `main.ts` supplies the real ones. */
export interface Sources {
  /** One environment variable. */
  env(name: string): Lookup;
  /** The text of one file, by absolute path. */
  file(path: string): Lookup;
  /** The flags of the command line, by the option's key. */
  readonly flags: ReadonlyMap<string, string>;
  /** The absolute path that the process was started in. */
  readonly cwd: string;
}

/** A machine where nothing is set. */
export const NO_SOURCES: Sources = {
  env: () => ({ kind: "absent" }),
  file: () => ({ kind: "absent" }),
  flags: new Map(),
  cwd: "/",
};

/** The text that was found, unless it is blank. */
export function textOf(lookup: Lookup): string | null {
  return lookup.kind === "found" && lookup.text.trim() !== ""
    ? lookup.text
    : null;
}

/** A value with the name of its source, for messages and `auth_status`. */
export interface Setting<T> {
  readonly value: T;
  /** For example `FLYTE_ENDPOINT`, `--endpoint` or `~/.flyte/config.yaml`. */
  readonly source: string;
}

/** Why a configuration cannot be used, as the person reads it. */
export interface Fault {
  readonly code:
    | "config_invalid"
    | "config_conflict"
    | "permission_missing"
    | "not_configured";
  /** A full sentence that names the setting and its source. */
  readonly message: string;
  /** What to do: a full sentence. */
  readonly nextStep: string;
}
