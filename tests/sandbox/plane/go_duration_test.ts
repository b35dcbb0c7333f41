import { assertEquals } from "@std/assert";
import {
  goDuration,
  parseGoDuration,
} from "../../../sandbox/plane/go_duration.ts";
import { parseRfc3339 } from "../../../sandbox/plane/rfc3339.ts";

const DURATIONS: [number, string][] = [
  [0, "0s"],
  [0.25, "250µs"],
  [250, "250ms"],
  [1_500, "1.5s"],
  [90_000, "1m30s"],
  [5_400_000, "1h30m0s"],
  [-2_000, "-2s"],
];

for (const [ms, text] of DURATIONS) {
  Deno.test(`goDuration() prints ${ms} ms as ${text}`, () => {
    assertEquals(goDuration(ms), text);
    assertEquals(parseGoDuration(text), ms * 1e6);
  });
}

for (const text of ["", "5", "1 s", "1d", "s"]) {
  Deno.test(`parseGoDuration() does not take ${JSON.stringify(text)}`, () => {
    assertEquals(parseGoDuration(text), undefined);
  });
}

Deno.test("parseRfc3339() keeps nanoseconds and wants a zone", () => {
  assertEquals(parseRfc3339("1970-01-01T00:00:01.000000002Z")?.nanos, 2);
  assertEquals(parseRfc3339("1970-01-01T01:00:00+01:00")?.seconds, 0n);
  assertEquals(parseRfc3339("1970-01-01T00:00:01"), undefined);
});
