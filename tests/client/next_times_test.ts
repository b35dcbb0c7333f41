/**
 * The expected times are those of github.com/robfig/cron v3.0.1, by which
 * Flyte's scheduler goes.
 */
import { assertEquals } from "@std/assert";
import { nextTimes } from "../../src/client/automation/next_times.ts";

const DAY = "2026-10-23T00:00:00Z";

for (
  const [expression, timezone, after, times] of [
    ["0 3 * * *", "", DAY, ["2026-10-23T03:00Z", "2026-10-24T03:00Z"]],
    ["@hourly", "", DAY, ["2026-10-23T01:00Z", "2026-10-23T02:00Z"]],
    ["@weekly", "UTC", DAY, ["2026-10-25T00:00Z", "2026-11-01T00:00Z"]],
    ["0 3 * * *", "Europe/Berlin", DAY, [
      "2026-10-23T01:00Z",
      "2026-10-24T01:00Z",
      "2026-10-25T02:00Z",
    ]],
    // There is no 02:30 on the day when the clock is put forward.
    ["30 2 * * *", "Europe/Berlin", "2026-03-27T00:00:00Z", [
      "2026-03-27T01:30Z",
      "2026-03-28T01:30Z",
      "2026-03-30T00:30Z",
      "2026-03-31T00:30Z",
    ]],
    // There are two when it is put back.
    ["30 2 * * *", "Europe/Berlin", DAY, [
      "2026-10-23T00:30Z",
      "2026-10-24T00:30Z",
      "2026-10-25T00:30Z",
      "2026-10-25T01:30Z",
    ]],
    ["*/20 * * * *", "America/New_York", "2026-11-01T05:00:00Z", [
      ...["05:20Z", "05:40Z", "06:00Z", "06:20Z", "06:40Z", "07:00Z"]
        .map((time) => `2026-11-01T${time}`),
    ]],
    // A day of either kind is enough where both are named.
    ["0 9 13 * 5", "", DAY, [
      "2026-10-23T09:00Z",
      "2026-10-30T09:00Z",
      "2026-11-06T09:00Z",
      "2026-11-13T09:00Z",
    ]],
    // A step is a name as well.
    ["0 12 */2 * 1", "", DAY, [
      "2026-10-23T12:00Z",
      "2026-10-25T12:00Z",
      "2026-10-26T12:00Z",
    ]],
    ["15 0-4/2 * jan,JUL mon-fri", "Asia/Kolkata", DAY, [
      "2026-12-31T18:45Z",
      "2026-12-31T20:45Z",
      "2026-12-31T22:45Z",
      "2027-01-03T18:45Z",
    ]],
    ["0 0 29 2 *", "", DAY, ["2028-02-29T00:00Z"]],
    ["0 0 31 2 *", "", DAY, []],
  ] as const
) {
  Deno.test(`nextTimes() of "${expression}" ${timezone} after ${after} is Flyte's`, () => {
    const found = nextTimes(expression, {
      timezone,
      after: Date.parse(after),
      count: times.length || 1,
    });
    assertEquals(
      found?.map((time) => new Date(time).toISOString()),
      times.map((time) => new Date(time).toISOString()),
    );
  });
}

for (
  const [expression, why] of [
    ["", "it is empty"],
    ["0 3 * *", "it has four fields"],
    ["0 0 3 * * *", "it has six fields"],
    ["@every 1h", "it counts from when Flyte was started"],
    ["@reboot", "it is no time"],
    ["60 * * * *", "there is no such minute"],
    ["0 24 * * *", "there is no such hour"],
    ["0 0 * * 7", "there is no such weekday"],
    ["0 0 * * fun", "that is no weekday"],
    ["5-1 * * * *", "the range is empty"],
    ["*/0 * * * *", "the step is nothing"],
    ["* * * * *;", "it has more in it"],
    ["L * * * *", "only others know it"],
  ] as const
) {
  Deno.test(`nextTimes() of "${expression}" is not known: ${why}`, () => {
    const options = { timezone: "", after: Date.parse(DAY), count: 1 };
    assertEquals(nextTimes(expression, options), null);
  });
}

Deno.test("nextTimes() in a time zone that nobody knows is not known", () => {
  const options = { timezone: "Mars/Base", after: Date.parse(DAY), count: 1 };
  assertEquals(nextTimes("@daily", options), null);
});

for (
  const [timezone, after, last] of [
    // Midnight is left out there, and the scheduler loses its way.
    ["Africa/Cairo", "2026-04-21T00:00:00Z", "2026-04-23T09:00Z"],
    // That clock moves by half an hour.
    ["Australia/Lord_Howe", "2026-10-01T00:00:00Z", "2026-10-02T00:30Z"],
  ] as const
) {
  Deno.test(`nextTimes() in ${timezone} ends before what is not certain`, () => {
    const count = 10;
    const options = { timezone, after: Date.parse(after), count };
    const times = nextTimes("0 11 * * *", options) ?? [];
    assertEquals(times.length < count, true);
    assertEquals(times.at(-1), Date.parse(last));
  });
}

Deno.test("nextTimes() of a time that is now are the ones after it", () => {
  const after = Date.parse("2026-10-23T03:00:00Z");
  assertEquals(nextTimes("0 3 * * *", { timezone: "", after, count: 1 }), [
    Date.parse("2026-10-24T03:00:00Z"),
  ]);
});
