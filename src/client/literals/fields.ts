import { nameOf } from "../../text.ts";
import { FreeNames } from "./free_names.ts";
import type { Fields, Tree } from "./tree.ts";

/** The name under which an object says that fields are left out. */
export const REST = "…";

/** A field as a result shows it. */
export interface ShownField {
  readonly key: string;
  readonly value: Tree;
}

/**
 * The fields of an object under names that are fit to be shown: nothing
 * invisible, one line, not too long. Names that become equal are told apart.
 */
export function shownFields({ fields }: Fields): ShownField[] {
  const names = new FreeNames(REST);
  return [...fields]
    .map(([name, value]) => ({ key: names.take(shownName(name)), value }));
}

/** {@linkcode nameOf}; most names are plain, and there may be a million of them. */
function shownName(name: string): string {
  return /^[ -~]{0,200}$/.test(name)
    ? name.replace(/ +/g, " ").trim()
    : nameOf(name);
}
