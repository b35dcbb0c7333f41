/** Pages of Flyte's that are read for one page of ours. */
const MAX_PAGES = 5;

/** What Flyte gave in one go, and where it goes on. */
export interface FlytePage<T, P> {
  readonly items: readonly T[];
  /** `null`: this was the last one. */
  readonly next: P | null;
}

/**
 * Reads a few pages in a row, for Flyte lists apps and secrets in no order
 * that means anything, and cannot look for words: what a window holds is put
 * in order and filtered here.
 */
export async function readWindow<T, P>(
  start: P,
  readPage: (at: P) => Promise<FlytePage<T, P>>,
): Promise<FlytePage<T, P>> {
  const items: T[] = [];
  let next: P | null = start;
  for (let pages = 0; next !== null && pages < MAX_PAGES; pages++) {
    const page: FlytePage<T, P> = await readPage(next);
    items.push(...page.items);
    next = isSame(page.next, next) ? null : page.next;
  }
  return { items, next };
}

/** A server that goes on with where it was would do so for ever. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Where a page of a window starts. */
export interface WindowPlace<P> {
  /** Where the window starts. */
  readonly window: P;
  /** The key of the last entry that was shown of it. */
  readonly after: string | null;
}

/** A page of what a window holds. */
export interface SortedPage<E, P> {
  readonly entries: readonly E[];
  /** Where the next page starts; `null`: this was the last one. */
  readonly at: WindowPlace<P> | null;
}

/**
 * A page of a window's entries, in the order of their keys, each once.
 *
 * @param options.next where the next window starts
 * @param options.keyOf what an entry is told from others by
 * @param options.show shows the first ones of these, as many as fit
 */
export function sortedPage<T, E, P>(
  entries: readonly T[],
  { place, next, limit, keyOf, show }: {
    readonly place: WindowPlace<P>;
    readonly next: P | null;
    readonly limit: number;
    readonly keyOf: (entry: T) => string;
    readonly show: (entries: readonly T[]) => readonly E[];
  },
): SortedPage<E, P> {
  const { window, after } = place;
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const left = [...byKey]
    .filter(([key]) => after === null || key > after)
    .sort(([a], [b]) => a < b ? -1 : 1);
  const shown = show(left.slice(0, limit).map(([, entry]) => entry));
  const [last] = left[shown.length - 1] ?? [];
  const isCut = last !== undefined && shown.length < left.length;
  if (isCut) return { entries: shown, at: { window, after: last } };
  const at = next === null ? null : { window: next, after: null };
  return { entries: shown, at };
}
