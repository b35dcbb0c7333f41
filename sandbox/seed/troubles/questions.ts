import { PEOPLE } from "../people.ts";
import type { ChildStory, RunStory } from "../story.ts";
import { BOOLEAN, FLOAT, INTEGER, STRING } from "../tasks/literal_types.ts";
import { boolean, integer, string } from "../values.ts";
import { publishPrices } from "./tasks.ts";
import { frame, tell } from "./telling.ts";
import { TROUBLES } from "./troubles.ts";

const MINUTE = 60;

const UNANSWERED = tell(TROUBLES.unanswered, {
  task: publishPrices("v1"),
  inputs: { list: string("winter") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "failed",
      at: 605.9,
      error: {
        message:
          "Condition 'approve' was not signaled within the timeout period.",
        raised: {
          exception: "flyte.errors.ConditionTimedoutError",
          frames: [
            frame("release.py", 28, [
              "publish_prices",
              "approved = await approval.wait()",
            ]),
          ],
        },
      },
    },
    log: [[3.3, "winter: 812 prices"]],
  }],
  children: [{
    kind: "condition",
    label: "approve",
    name: "approve",
    at: 4.4,
    type: BOOLEAN,
    prompt: "Publish the price list **winter**?",
    description: "812 prices, 17 of them lower than today.",
    timeout: 600,
    timedOutAt: 604.6,
  }],
  before: {
    inputs: { list: string("autumn") },
    seconds: 190.2,
    outputs: { o0: boolean(true) },
  },
});

/** What was asked when it still went well, and answered within minutes. */
const ANSWERED: readonly ChildStory[] = [
  {
    kind: "condition",
    label: "budget",
    name: "budget",
    at: 4.1,
    type: INTEGER,
    prompt: "How many prices may change?",
    description: "",
    answered: { at: 61.3, value: integer(40), by: PEOPLE.grace },
  },
  {
    kind: "condition",
    label: "reason",
    name: "reason",
    at: 61.5,
    type: STRING,
    prompt: "Why are they changed?",
    description: "Customers will read it.",
    answered: {
      at: 185.2,
      value: string("Autumn sale until the end of the month."),
      by: PEOPLE.mary,
    },
  },
];

const QUESTIONS = tell(TROUBLES.questions, {
  task: publishPrices("v1"),
  inputs: { list: string("spring") },
  ago: 8 * MINUTE,
  attempts: [{
    at: 0.3,
    ending: { kind: "running" },
    log: [[3.3, "three answers are needed"]],
  }],
  children: [
    {
      kind: "condition",
      label: "budget",
      name: "budget",
      at: 4.1,
      type: INTEGER,
      prompt: "How many prices may change?",
      description: "",
    },
    {
      kind: "condition",
      label: "reason",
      name: "reason",
      at: 4.2,
      type: STRING,
      prompt: "Why are they changed?",
      description: "Customers will read it.",
    },
    {
      kind: "condition",
      label: "discount",
      name: "discount",
      at: 4.3,
      type: FLOAT,
      prompt: "Which discount is the most?",
      description: "From 0 to 1.",
      timeout: 7_200,
    },
  ],
  before: {
    inputs: { list: string("autumn") },
    seconds: 188.7,
    children: ANSWERED,
    outputs: { o0: boolean(true) },
  },
});

/** What waits for people, or waited too long. */
export const QUESTION_TROUBLES: readonly RunStory[] = [
  ...UNANSWERED,
  ...QUESTIONS,
];
