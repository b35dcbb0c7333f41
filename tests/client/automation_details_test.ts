import { assertEquals } from "@std/assert";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { TriggerAutomationSpecSchema } from "../../idl/flyteidl2/task/common_pb.ts";
import {
  describeAutomation,
  upcomingTimes,
} from "../../src/client/automation/automation_details.ts";

const NOW = Date.parse("2026-10-23T00:00:00Z");
const UPCOMING = { isActive: true, now: NOW, count: 1 };

function specOf(json: JsonValue) {
  return fromJson(TriggerAutomationSpecSchema, json);
}

for (
  const [json, told] of [
    [{}, { kind: "none" }],
    [{ schedule: {} }, { kind: "none", next_times: null, time_input: null }],
    [
      {
        schedule: {
          cron: { expression: "0 3 * * *", timezone: "Asia/Tokyo" },
          kickoffTimeInputArg: "day",
        },
      },
      {
        kind: "cron",
        expression: "0 3 * * *",
        timezone: "Asia/Tokyo",
        next_times: ["2026-10-23T18:00:00Z"],
        time_input: "day",
      },
    ],
    [
      { schedule: { cronExpression: "CRON_TZ=Asia/Tokyo 0 3 * * *" } },
      {
        kind: "cron",
        expression: "0 3 * * *",
        timezone: "Asia/Tokyo",
        next_times: ["2026-10-23T18:00:00Z"],
        time_input: null,
      },
    ],
    [
      { schedule: { cronExpression: "rate(5 minutes)\nnow" } },
      {
        kind: "cron",
        expression: "rate(5 minutes) now",
        timezone: "UTC",
        next_times: null,
        time_input: null,
      },
    ],
    [
      { schedule: { rate: { value: 1, unit: 17 } } },
      {
        kind: "fixed_rate",
        every: "unit_17",
        starts_at: null,
        next_times: null,
        time_input: null,
      },
    ],
    [
      {
        artifact: {
          artifactName: "orders",
          version: "v2",
          partitions: { region: "eu", day: "any" },
        },
      },
      {
        kind: "artifact",
        artifact: "orders",
        version: "v2",
        input: null,
        partitions: ["region", "day"],
      },
    ],
  ] as const satisfies readonly (readonly [JsonValue, unknown])[]
) {
  Deno.test(`describeAutomation() of ${JSON.stringify(json)} is ${JSON.stringify(told)}`, () => {
    const found: unknown = describeAutomation(specOf(json), UPCOMING);
    assertEquals(found, told);
  });
}

Deno.test("upcomingTimes() of a trigger that is switched off are none", () => {
  const spec = specOf({ schedule: { cronExpression: "@daily" } });
  const off = { ...UPCOMING, isActive: false };
  assertEquals(upcomingTimes(spec, off), null);
  assertEquals(upcomingTimes(spec, UPCOMING), ["2026-10-24T00:00:00Z"]);
});

Deno.test("upcomingTimes() of an expression that is never due are none", () => {
  const spec = specOf({ schedule: { cronExpression: "0 0 30 2 *" } });
  assertEquals(upcomingTimes(spec, UPCOMING), null);
});
