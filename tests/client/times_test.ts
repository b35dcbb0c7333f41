import { assertEquals } from "@std/assert";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  durationBetween,
  humanDuration,
  isoTime,
  isoTimeOf,
} from "../../src/client/times.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

for (
  const [ms, shown] of [
    [-1, "0ms"],
    [0, "0ms"],
    [0.4, "0ms"],
    [1, "1ms"],
    [850, "850ms"],
    [999, "999ms"],
    [999.6, "1s"],
    [1000, "1s"],
    [1049, "1s"],
    [1050, "1.1s"],
    [4200, "4.2s"],
    [9940, "9.9s"],
    [9950, "10s"],
    [9999, "10s"],
    [10_000, "10s"],
    [10_499, "10s"],
    [10_500, "11s"],
    [59_499, "59s"],
    [59_500, "1m0s"],
    [MINUTE, "1m0s"],
    [5 * MINUTE, "5m0s"],
    [5 * MINUTE + 7 * SECOND, "5m7s"],
    [59 * MINUTE + 59 * SECOND, "59m59s"],
    [HOUR - 400, "1h0m"],
    [HOUR, "1h0m"],
    [3 * HOUR + 12 * MINUTE, "3h12m"],
    [DAY - SECOND, "23h59m"],
    [DAY, "1d0h"],
    [2 * DAY + 4 * HOUR + 59 * MINUTE, "2d4h"],
    [400 * DAY, "400d0h"],
  ] as const
) {
  Deno.test(`humanDuration() shows ${ms} ms as ${shown}`, () => {
    assertEquals(humanDuration(ms), shown);
  });
}

Deno.test("durationBetween() needs both ends", () => {
  const start = timestampFromMs(1_000);
  assertEquals(durationBetween(start, timestampFromMs(66_000)), "1m5s");
  assertEquals(durationBetween(start, undefined), null);
  assertEquals(durationBetween(undefined, start), null);
});

Deno.test("durationBetween() of an end before the start is nothing", () => {
  const [early, late] = [timestampFromMs(1_000), timestampFromMs(2_000)];
  assertEquals(durationBetween(late, early), "0ms");
});

Deno.test("isoTime() is RFC 3339 in UTC, without a fraction that is zero", () => {
  const time = (text: string) => isoTime(timestampFromDate(new Date(text)));
  assertEquals(time("2026-11-22T18:36:00Z"), "2026-11-22T18:36:00Z");
  assertEquals(time("2026-11-22T20:36:00.5+02:00"), "2026-11-22T18:36:00.500Z");
  assertEquals(isoTime(undefined), null);
});

Deno.test("isoTimeOf() keeps what is not known", () => {
  assertEquals(isoTimeOf(0), "1970-01-01T00:00:00Z");
  assertEquals(isoTimeOf(null), null);
});
