/**
 * Names with those first that are spelled most like a word; of equally near
 * ones the order stays.
 */
export function nearestFirst(
  word: string,
  names: readonly string[],
): readonly string[] {
  return names.map((name) => ({ name, edits: editsBetween(word, name) }))
    .toSorted((one, other) => one.edits - other.edits)
    .map(({ name }) => name);
}

/** Letters to insert, delete or replace, as Levenshtein counts them. */
export function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at++) {
      const [before = 0, above = 0] = [row[at], row[at + 1]];
      const left = next[at] ?? 0;
      const replaced = before + (letter === other[at] ? 0 : 1);
      next.push(Math.min(replaced, above + 1, left + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
