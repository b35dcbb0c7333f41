import { assertEquals } from "@std/assert";
import {
  exactDuration,
  exactTime,
  nanoseconds,
} from "../../../src/client/literals/exact_times.ts";

const SECOND = 1_000_000_000n;

for (
  const [ns, shown] of [
    [0n, "0s"],
    [1n, "1ns"],
    [1_500n, "1.5µs"],
    [850_000_000n, "850ms"],
    [1_500_000n, "1.5ms"],
    [SECOND, "1s"],
    [SECOND + 1n, "1.000000001s"],
    [59n * SECOND, "59s"],
    [60n * SECOND, "1m0s"],
    [3600n * SECOND, "1h0m0s"],
    [90_061n * SECOND, "25h1m1s"],
    [-90n * SECOND, "-1m30s"],
    [(2n ** 63n) * SECOND, "2562047788015215h30m8s"],
  ] as const
) {
  Deno.test(`exactDuration() shows ${ns} ns as ${shown}`, () => {
    assertEquals(exactDuration(ns), shown);
  });
}

for (
  const [ns, shown] of [
    [0n, "1970-01-01T00:00:00Z"],
    [1n, "1970-01-01T00:00:00.000000001Z"],
    [250_000_000n, "1970-01-01T00:00:00.250Z"],
    [-1n, "1969-12-31T23:59:59.999999999Z"],
    [253_402_300_799n * SECOND, "9999-12-31T23:59:59Z"],
    [-62_167_219_200n * SECOND, "0000-01-01T00:00:00Z"],
    [
      253_402_300_800n * SECOND,
      "253402300800 s since 1970-01-01T00:00:00Z",
    ],
    [
      -(2n ** 63n) * SECOND,
      "-9223372036854775808 s since 1970-01-01T00:00:00Z",
    ],
  ] as const
) {
  Deno.test(`exactTime() shows ${ns} ns as ${shown}`, () => {
    assertEquals(exactTime(ns), shown);
  });
}

Deno.test("nanoseconds() takes values that no clock shows", () => {
  assertEquals(nanoseconds({ seconds: -1n, nanos: 2_000_000_000 }), SECOND);
});
