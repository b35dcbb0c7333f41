/**
 * The README's rules on what two answers must have in common, as a rewriting of
 * both: what is not compared becomes the same mark in both if it is there and
 * of the right kind, and lists whose order does not matter are sorted.
 */

const RECORDING_DAY = /^2026-11-22T/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const PORT = /(?<=\/\/127\.0\.0\.1):\d+/g;

/** How to order the lists whose order says nothing. */
const UNORDERED: Readonly<Record<string, (item: unknown) => string>> = {
  enrichedActions: (item) => text(at(at(at(item, "action"), "id"), "name")),
  taskGroups: (item) => text(at(item, "taskName")),
  phaseCounts: (item) => text(at(item, "phase")),
  required: text,
};

/** Both values with everything that is not compared masked. */
export interface Masked {
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Masks an expected and an actual JSON value; `names` maps recorded run names to ours. */
export function mask(
  expected: unknown,
  actual: unknown,
  names: ReadonlyMap<string, string>,
): Masked {
  return maskValue(expected, actual, { key: "", siblings: {}, names });
}

interface Place {
  readonly key: string;
  readonly siblings: Readonly<Record<string, unknown>>;
  readonly names: ReadonlyMap<string, string>;
}

function maskValue(expected: unknown, actual: unknown, place: Place): Masked {
  const mark = markOf(expected, actual, place);
  if (mark !== undefined) return { expected: mark, actual: mark };
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return maskList(expected, actual, place);
  }
  if (isObject(expected) && isObject(actual)) {
    return maskObject(expected, actual, place.names);
  }
  if (typeof expected !== "string" || typeof actual !== "string") {
    return { expected, actual };
  }
  let renamed = expected;
  for (const [theirs, ours] of place.names) {
    renamed = renamed.replaceAll(theirs, ours);
  }
  return {
    expected: renamed.replace(PORT, ":port"),
    actual: actual.replace(PORT, ":port"),
  };
}

/** The mark of a value that is not compared, if the actual one is of its kind. */
function markOf(
  expected: unknown,
  actual: unknown,
  { key, siblings }: Place,
): string | undefined {
  if (typeof expected !== "string" || typeof actual !== "string") {
    return undefined;
  }
  if (RECORDING_DAY.test(expected)) {
    return TIME.test(actual) ? "<a time>" : undefined;
  }
  if (key === "durationMs" && onRecordingDay(siblings)) {
    return /^\d+$/.test(actual) ? "<a duration>" : undefined;
  }
  if (key === "message" && typeof siblings["code"] === "string") {
    return actual === "" ? undefined : "<an error text>";
  }
  return undefined;
}

function onRecordingDay(
  { startTime, endTime }: Readonly<Record<string, unknown>>,
): boolean {
  return RECORDING_DAY.test(text(startTime)) ||
    RECORDING_DAY.test(text(endTime));
}

function maskList(
  expected: readonly unknown[],
  actual: readonly unknown[],
  { key, names }: Place,
): Masked {
  const by = UNORDERED[key];
  const order = (items: readonly unknown[]) =>
    by ? items.toSorted((a, b) => by(a) < by(b) ? -1 : 1) : items;
  const [theirs, ours] = [order(expected), order(actual)];
  const pairs = theirs.map((item, i) =>
    maskValue(item, ours[i], { key: "", siblings: {}, names })
  );
  return {
    expected: pairs.map((pair) => pair.expected),
    actual: [
      ...pairs.map((pair) => pair.actual).slice(0, ours.length),
      ...ours.slice(pairs.length),
    ],
  };
}

function maskObject(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  names: ReadonlyMap<string, string>,
): Masked {
  const masked: {
    expected: Record<string, unknown>;
    actual: Record<string, unknown>;
  } = {
    expected: { ...expected },
    actual: { ...actual },
  };
  for (const key of Object.keys(expected)) {
    if (!(key in actual)) continue;
    const place = { key, siblings: expected, names };
    const pair = maskValue(expected[key], actual[key], place);
    masked.expected[key] = pair.expected;
    masked.actual[key] = pair.actual;
  }
  return masked;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
