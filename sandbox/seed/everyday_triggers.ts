import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  FixedRateUnit,
  type TriggerAutomationSpecSchema,
  TriggerAutomationSpecType,
} from "../../idl/flyteidl2/task/common_pb.ts";
import type { TaskTriggerSchema } from "../../idl/flyteidl2/task/task_definition_pb.ts";
import type { TaskKey } from "../plane/task/tasks.ts";
import { SEEDED } from "./seeded.ts";
import { PRODUCTION, STAGING } from "./tasks/places.ts";
import { named, string } from "./values.ts";

type TriggerInit = MessageInitShape<typeof TaskTriggerSchema>;
type Automation = NonNullable<
  MessageInitShape<typeof TriggerAutomationSpecSchema>["automation"]
>;

/** The triggers that are deployed with a task. */
export function triggersOf({ project, name }: TaskKey): TriggerInit[] {
  const isNightly = project === PRODUCTION.project &&
    name === SEEDED.trigger.taskName;
  if (isNightly) return [NIGHTLY];
  return project === STAGING.project ? [QUARTER_HOURLY, ON_NEW_ORDERS] : [];
}

const NIGHTLY: TriggerInit = {
  name: SEEDED.trigger.name,
  spec: { active: true, description: "Forecast every night." },
  automationSpec: automationOf({
    case: "schedule",
    value: {
      expression: {
        case: "cron",
        value: { expression: "0 3 * * *", timezone: "Europe/Berlin" },
      },
    },
  }),
};

/** Counts from a time of its own, and asks for more than its inputs. */
const QUARTER_HOURLY: TriggerInit = {
  name: SEEDED.triggers.quarterHourly.name,
  spec: {
    active: true,
    description: "Load what came in while the shops are open.",
    inputWrapper: {
      case: "inputs",
      value: { literals: named({ day: string("today") }) },
    },
    runSpec: {
      envs: { values: [{ key: "BATCH_SIZE", value: "500" }] },
      labels: { values: { team: "data" } },
      interruptible: true,
      overwriteCache: true,
      queue: "nightly",
    },
  },
  automationSpec: automationOf({
    case: "schedule",
    value: {
      expression: {
        case: "rate",
        value: {
          value: 15,
          unit: FixedRateUnit.MINUTE,
          startTime: timestampFromMs(Date.UTC(2026, 0, 5, 8)),
        },
      },
      kickoffTimeInputArg: "day",
    },
  }),
};

/** Open-source Flyte keeps it and starts nothing for it. */
const ON_NEW_ORDERS: TriggerInit = {
  name: SEEDED.triggers.onNewOrders.name,
  spec: { active: true, description: "Load an export as soon as it is there." },
  automationSpec: automationOf({
    case: "artifact",
    value: {
      artifactName: "orders_export",
      inputArg: "day",
      partitions: { region: "eu" },
    },
  }),
};

function automationOf(automation: Automation) {
  const type = automation.case === "artifact"
    ? TriggerAutomationSpecType.TYPE_ARTIFACT
    : TriggerAutomationSpecType.TYPE_SCHEDULE;
  return { type, automation };
}
