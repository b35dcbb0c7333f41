import { assertEquals } from "@std/assert";
import { cronProblem } from "../../../sandbox/plane/trigger/cron.ts";

const CRONS: [string, string, boolean][] = [
  ["0 3 * * *", "Europe/Berlin", true],
  ["*/5 1-5 1,15 jan mon", "", true],
  ["@hourly", "", true],
  ["@every 1h30m", "", true],
  ["0 0 3 * * *", "", false],
  ["60 3 * * *", "", false],
  ["0 3 * *", "", false],
  ["5-1 3 * * *", "", false],
  ["0 3 * * *", "Mars/Olympus", false],
];

for (const [expression, timezone, taken] of CRONS) {
  Deno.test(`cronProblem() ${taken ? "takes" : "refuses"} "${expression}" ${timezone}`, () => {
    assertEquals(cronProblem({ expression, timezone }) === undefined, taken);
  });
}
