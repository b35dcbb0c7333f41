/** Bytes that a value gets at least, or it is not shown: a marker needs them. */
const LEAST_BYTES = 200;

/** A member of a list or object. */
export interface Sized {
  /** Bytes of its value as JSON. */
  readonly size: number;
  /** Bytes of its name, colon and comma. */
  readonly overhead: number;
}

/** Who gets how much. */
export interface Plan {
  /** How many members are shown, from the first on. */
  readonly count: number;
  /** Bytes that each of them may take at most. */
  readonly level: number;
}

/**
 * Shares a budget among the members of a list or object. Small ones stay whole
 * and the big ones share what is left; of a long list the first items stay
 * whole instead, for they are alike.
 */
export function planShares(
  members: readonly Sized[],
  { bytes, isLongList }: { bytes: number; isLongList: boolean },
): Plan {
  const least = isLongList ? Infinity : LEAST_BYTES;
  const count = fitting(members, bytes, least);
  if (isLongList && count === 0) {
    return { count: 1, level: bytes - (members[0]?.overhead ?? 0) };
  }
  const shown = members.slice(0, count);
  const overhead = shown.reduce((sum, one) => sum + one.overhead, 0);
  const sizes = shown.map(({ size }) => size);
  return { count, level: waterLevel(sizes, bytes - overhead) };
}

/** How many members fit, each taking at most `least`. */
function fitting(
  members: readonly Sized[],
  bytes: number,
  least: number,
): number {
  let used = 0;
  const end = members.findIndex(({ size, overhead }) =>
    (used += overhead + Math.min(size, least)) > bytes
  );
  return end < 0 ? members.length : end;
}

/** The most that each may take for all to fit, none giving up what it needs. */
function waterLevel(sizes: readonly number[], bytes: number): number {
  let left = bytes;
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Infinity;
}
