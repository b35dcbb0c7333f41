import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { SEEDED } from "../seeded.ts";
import type { RunStory } from "../story.ts";
import {
  dailyForecast,
  publishModel,
  scoreRegion,
} from "../tasks/forecasting.ts";
import { BOOLEAN } from "../tasks/literal_types.ts";
import { PRODUCTION } from "../tasks/places.ts";
import { float, integer, string } from "../values.ts";

const HOUR = 3_600;
const REGIONS = ["north", "south", "west"];
export const FORECAST = dailyForecast(PRODUCTION, "v2");
const SCORE = scoreRegion(PRODUCTION, "v2");
const PUBLISH = publishModel(PRODUCTION, "v1");

/** Started by a schedule: nobody stands behind it. */
export const SCHEDULED: RunStory = {
  run: SEEDED.runs.scheduled,
  ago: 6 * HOUR,
  source: RunSource.SCHEDULE_TRIGGER,
  trigger: SEEDED.trigger,
  root: {
    task: FORECAST,
    inputs: {},
    outputs: { o0: integer(REGIONS.length) },
    attempts: [{
      at: 0.2,
      ending: { kind: "succeeded", at: 27.4 },
      log: [
        [3.1, `forecasting 14 days for ${REGIONS.length} regions`],
        [26.7, "done"],
      ],
    }],
    children: REGIONS.map((region, index) => {
      const at = 4.2 + index * 0.3;
      return {
        kind: "task",
        label: `score ${region}`,
        group: "regions",
        task: SCORE,
        inputs: { region: string(region) },
        outputs: { o0: float(1_204.5 + 31 * index) },
        attempts: [{
          at,
          ending: { kind: "succeeded", at: at + 17.2 + index },
          log: [[at + 3.1, `scoring ${region}`]],
        }],
      };
    }),
  },
};

/** The run itself stays RUNNING while its condition waits for a person. */
export const APPROVAL: RunStory = {
  run: SEEDED.runs.approval,
  ago: 0.6 * HOUR,
  source: RunSource.WEB,
  startedBy: SEEDED.people.grace,
  root: {
    task: PUBLISH,
    inputs: { model: string("orders-7"), accuracy: float(0.9312) },
    attempts: [{
      at: 0.3,
      ending: { kind: "running" },
      log: [[3.2, "orders-7: accuracy 0.9312, was 0.926"], [
        3.3,
        "waiting for approval",
      ]],
    }],
    children: [{
      kind: "condition",
      label: "approve",
      name: "approve",
      at: 4.1,
      type: BOOLEAN,
      prompt: "Publish **orders-7** to production?",
      description: "Accuracy 0.9312 on held-out orders, 0.926 before.",
    }],
  },
};
