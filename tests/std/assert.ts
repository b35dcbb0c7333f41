/**
 * A stand-in for `@std/assert` over `node:assert/strict`, with std's names and
 * signatures, for machines that cannot reach JSR. Where JSR is in reach, point
 * `@std/assert` in deno.json at `jsr:@std/assert` and delete this file.
 */
import assertStrict from "node:assert/strict";

// std's own signature for a class whose instances are expected.
// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `condition` is truthy. */
export function assert(
  condition: unknown,
  message?: string,
): asserts condition {
  assertStrict.ok(condition, message ?? "Expected a truthy value");
}

/** Fails unless both values are deeply equal. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assertStrict.deepStrictEqual(actual, expected, message);
}

/** Fails if both values are deeply equal. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assertStrict.notDeepStrictEqual(actual, expected, message);
}

/** Fails unless both are the same value. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  assertStrict.strictEqual(actual, expected, message);
}

/** Fails if the value is `null` or `undefined`. */
export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T> {
  assertStrict.ok(
    actual !== undefined && actual !== null,
    message ?? `Expected a value, got ${actual}`,
  );
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  assertStrict.match(actual, expected, message);
}

/** Fails if `actual` matches `expected`. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  assertStrict.doesNotMatch(actual, expected, message);
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  assertStrict.ok(
    actual.includes(expected),
    message ??
      `Expected ${JSON.stringify(actual)} to include ${
        JSON.stringify(expected)
      }`,
  );
}

/** Fails unless `actual` is an instance of `expected`. */
export function assertInstanceOf<E extends Error>(
  actual: unknown,
  expected: ErrorClass<E>,
  message?: string,
): asserts actual is E {
  assertStrict.ok(
    actual instanceof expected,
    message ?? `Expected ${expected.name}, got ${actual}`,
  );
}

/** Fails unless `fn` throws; returns what it threw. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  expected?: ErrorClass<E>,
  includes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkThrown(error, expected, includes);
  }
  throw new assertStrict.AssertionError({
    message: "Expected function to throw",
  });
}

/** Fails unless `fn` rejects; returns what it rejected with. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  expected?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkThrown(error, expected, includes);
  }
  throw new assertStrict.AssertionError({
    message: "Expected function to reject",
  });
}

function checkThrown<E extends Error>(
  error: unknown,
  expected: ErrorClass<E> | undefined,
  includes: string | undefined,
): E {
  assertInstanceOf(error, expected ?? Error);
  if (includes !== undefined) assertStringIncludes(error.message, includes);
  // Narrowed by the assertion above; `expected ?? Error` loses the type.
  return error as E;
}
