import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  FixedRateUnit,
  TriggerAutomationSpecType,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import type { TaskTriggerSchema } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { deployTasksOf } from "../play/deploy.ts";
import { playRun } from "../play/runs.ts";
import type { Stage } from "../play/stage.ts";
import { named, string } from "../values.ts";
import { type SdkTask, specOf } from "../tasks/sdk_task.ts";
import { LAUNCH_TROUBLES } from "./launches.ts";
import { LOOP_TROUBLES } from "./loops.ts";
import { POD_TROUBLES } from "./pods.ts";
import { PYTHON_TROUBLES } from "./python.ts";
import { QUESTION_TROUBLES } from "./questions.ts";
import { crawlSites, dailyReport } from "./tasks.ts";
import { TREE_TROUBLES } from "./trees.ts";
import { TROUBLES_PLACE } from "./troubles.ts";
import { WAITING_TROUBLES } from "./waiting.ts";

type TriggerInit = MessageInitShape<typeof TaskTriggerSchema>;

const STORIES = [
  ...PYTHON_TROUBLES,
  ...POD_TROUBLES,
  ...LAUNCH_TROUBLES,
  ...WAITING_TROUBLES,
  ...LOOP_TROUBLES,
  ...TREE_TROUBLES,
  ...QUESTION_TROUBLES,
];

/**
 * Fills the project `troubles`.
 *
 * @param now milliseconds since 1970
 */
export async function seedTroubles(stage: Stage, now: number): Promise<void> {
  const { projects, tasks } = stage;
  await projects.createProject({
    project: {
      id: TROUBLES_PLACE.project,
      name: "Troubles",
      description: "Every way in which a run goes wrong.",
    },
  });
  await deployTasksOf(stage, STORIES);
  for (const [task, triggers] of TRIGGERS) {
    await tasks.deployTask({ taskId: task.id, spec: specOf(task), triggers });
  }
  for (const story of STORIES) await playRun(stage, story, now);
}

/** One task with two triggers, one with a single trigger that is off. */
const TRIGGERS: readonly (readonly [SdkTask, TriggerInit[]])[] = [
  [dailyReport("v2"), [
    scheduled("weekdays", {
      active: true,
      description: "Every working day.",
      cron: "30 5 * * 1-5",
      day: "yesterday",
    }),
    scheduled("twice-a-day", {
      active: true,
      description: "While the report is being tried out.",
      everyHours: 12,
      day: "today",
    }),
  ]],
  [crawlSites("v1"), [
    scheduled("hourly", {
      active: false,
      description: "Too often, see the incident of October.",
      cron: "@hourly",
    }),
  ]],
];

function scheduled(
  name: string,
  { active, description, cron, everyHours = 1, day }: {
    active: boolean;
    description: string;
    cron?: string;
    everyHours?: number;
    /** The input `day`, if it is given one. */
    day?: string;
  },
): TriggerInit {
  const rate = { value: everyHours, unit: FixedRateUnit.HOUR };
  return {
    name,
    spec: {
      active,
      description,
      ...day !== undefined && {
        inputWrapper: {
          case: "inputs",
          value: { literals: named({ day: string(day) }) },
        } as const,
      },
    },
    automationSpec: {
      type: TriggerAutomationSpecType.TYPE_SCHEDULE,
      automation: {
        case: "schedule",
        value: {
          expression: cron === undefined
            ? { case: "rate", value: rate }
            : { case: "cron", value: { expression: cron, timezone: "UTC" } },
        },
      },
    },
  };
}
