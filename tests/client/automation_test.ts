import { assertEquals } from "@std/assert";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { TriggerAutomationSpecSchema } from "../../idl/flyteidl2/task/common_pb.ts";
import { automationText } from "../../src/client/automation/automation.ts";

const RATE = { value: 1, unit: "FIXED_RATE_UNIT_DAY" };

for (
  const [json, text] of [
    [{}, null],
    [{ type: "TYPE_NONE" }, null],
    [{ schedule: {} }, null],
    [{ schedule: { cronExpression: "0 3 * * *" } }, "cron 0 3 * * *"],
    [{ schedule: { cron: { expression: "@daily" } } }, "cron @daily"],
    [
      {
        schedule: { cron: { expression: "0 3 * * *", timezone: "Asia/Tokyo" } },
      },
      "cron 0 3 * * * Asia/Tokyo",
    ],
    [{ schedule: { rate: RATE } }, "every day"],
    [{ schedule: { rate: { ...RATE, value: 3 } } }, "every 3 days"],
    [
      { schedule: { rate: { ...RATE, startTime: "2026-11-22T18:00:00Z" } } },
      "every day from 2026-11-22T18:00:00Z",
    ],
    [{ schedule: { rate: { value: 2, unit: 17 } } }, "every 2 unit_17s"],
    [{ artifact: { artifactName: "orders\nclean" } }, "artifact orders clean"],
  ] as const satisfies readonly (readonly [JsonValue, string | null])[]
) {
  Deno.test(`automationText() of ${JSON.stringify(json)} is ${text}`, () => {
    const spec = fromJson(TriggerAutomationSpecSchema, json);
    assertEquals(automationText(spec), text);
  });
}
