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

/**
 * Entries in the order of their keys, each once, from after a key on.
 *
 * @param keyOf what an entry is told from others by
 */
export function sortedAfter<T>(
  entries: readonly T[],
  { after, keyOf }: { after: string | null; keyOf: (entry: T) => string },
): T[] {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  return [...byKey]
    .filter(([key]) => after === null || key > after)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, entry]) => entry);
}

/** Where the next page starts; `null`: this was the last one. */
export function placeAfter<T, P>(
  shown: readonly T[],
  { found, place, next, keyOf }: {
    /** How many entries the window had for this page and later ones. */
    readonly found: number;
    readonly place: WindowPlace<P>;
    /** Where the next window starts. */
    readonly next: P | null;
    readonly keyOf: (entry: T) => string;
  },
): WindowPlace<P> | null {
  const last = shown.at(-1);
  if (last !== undefined && shown.length < found) {
    return { window: place.window, after: keyOf(last) };
  }
  return next === null ? null : { window: next, after: null };
}
