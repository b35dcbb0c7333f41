import type { Target } from "./faults.ts";
import { resolvePath } from "./files.ts";
import { type Lookup, type Sources, textOf } from "./sources.ts";

/** A variable's value, given directly or by a redirection. */
export interface FoundVariable {
  readonly text: string;
  /** The name that it was found under. */
  readonly source: string;
  /** Reads it again, for what a file holds rotates; `null` when gone. */
  readonly reread: () => string | null;
}

/** What looking for a variable gave. */
export type VariableLookup =
  | { readonly kind: "found"; readonly found: FoundVariable }
  | { readonly kind: "absent" }
  /** The variable itself is hidden. */
  | { readonly kind: "denied"; readonly grant: string }
  /** A redirection leads nowhere, or to something hidden. */
  | {
    readonly kind: "dangling";
    readonly source: string;
    readonly target: Target;
    readonly lookup: Lookup;
  };

/**
 * Looks for `NAME`, then for the variable that `NAME_FROM_ENV_VAR` names, then
 * in the file that `NAME_FROM_FILE` names, of which line ends are dropped: the
 * redirections of flytekit, for systems that cannot choose their names.
 */
export function findVariable(name: string, sources: Sources): VariableLookup {
  const direct = sources.env(name);
  const text = textOf(direct);
  if (text !== null) {
    return found(text, { source: name, reread: () => text });
  }
  const variable = redirected(`${name}_FROM_ENV_VAR`, sources, (name) => ({
    target: { kind: "variable", name },
    look: () => sources.env(name),
  }));
  if (variable?.kind === "found") return variable;
  const file = redirected(`${name}_FROM_FILE`, sources, (name) => ({
    target: { kind: "file", name },
    look: () => sources.file(resolvePath(name, sources)),
  }));
  if (file?.kind === "found") return file;
  const dangling = variable ?? file;
  if (dangling) return dangling;
  // A hidden name is no obstacle to its redirections, which may be all there is.
  return direct.kind === "denied" ? direct : { kind: "absent" };
}

function redirected(
  source: string,
  sources: Sources,
  open: (name: string) => { target: Target; look: () => Lookup },
): VariableLookup | null {
  const name = textOf(sources.env(source))?.trim();
  if (!name) return null;
  const { target, look } = open(name);
  const read = () => textOf(look())?.replace(/[\r\n]/g, "").trim() || null;
  const text = read();
  if (text !== null) return found(text, { source, reread: read });
  return { kind: "dangling", source, target, lookup: look() };
}

function found(
  text: string,
  rest: { source: string; reread: () => string | null },
): VariableLookup {
  return { kind: "found", found: { text, ...rest } };
}
