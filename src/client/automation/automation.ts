import type {
  Schedule,
  TriggerAutomationSpec,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { nameOf } from "../../text.ts";
import { rateText } from "./automation_details.ts";
import { isoTime } from "../times.ts";

/**
 * What starts a trigger, for a reader: `cron 0 3 * * * Europe/Berlin`,
 * `every 15 minutes`, `artifact orders`; `null` when nothing does.
 */
export function automationText(
  spec: TriggerAutomationSpec | undefined,
): string | null {
  const automation = spec?.automation;
  switch (automation?.case) {
    case "schedule":
      return scheduleText(automation.value);
    case "artifact":
      return `artifact ${nameOf(automation.value.artifactName)}`;
    case undefined:
      return null;
  }
}

function scheduleText({ expression }: Schedule): string | null {
  switch (expression.case) {
    case "cronExpression":
      return `cron ${nameOf(expression.value)}`;
    case "cron": {
      const { expression: text, timezone } = expression.value;
      return nameOf(`cron ${text} ${timezone}`);
    }
    case "rate": {
      const { value, unit, startTime } = expression.value;
      const from = isoTime(startTime);
      return `every ${rateText(value, unit)}${from ? ` from ${from}` : ""}`;
    }
    case undefined:
      return null;
  }
}
