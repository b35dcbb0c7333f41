import { Code, ConnectError } from "@connectrpc/connect";
import { automationText } from "../../client/automation/automation.ts";
import { nameOf } from "../../text.ts";
import type { FoundTask } from "./find_task.ts";
import type { ToolContext } from "../tool.ts";

/** Triggers that are shown. */
const MAX_TRIGGERS = 10;

/** What a result tells of a task's triggers. */
export interface TaskTriggers {
  /** `null`: this Flyte, or this login, has none to show. */
  readonly triggers:
    | readonly {
      readonly name: string;
      readonly active: boolean;
      /** For example `cron 0 3 * * *`. */
      readonly starts: string | null;
    }[]
    | null;
  readonly more_triggers: boolean;
}

/** The triggers of a task, whichever version they start. */
export async function readTaskTriggers(
  { name, scope: { project, domain } }: FoundTask,
  { clients, config, signal }: ToolContext,
): Promise<TaskTriggers> {
  const org = config.org?.value ?? "";
  try {
    const { triggers } = await clients.triggers.listTriggers({
      scopeBy: { case: "taskName", value: { org, project, domain, name } },
      request: { limit: MAX_TRIGGERS + 1 },
    }, { signal });
    return {
      triggers: triggers.slice(0, MAX_TRIGGERS).map((trigger) => ({
        name: nameOf(trigger.id?.name?.name ?? ""),
        active: trigger.active,
        starts: automationText(trigger.automationSpec),
      })),
      more_triggers: triggers.length > MAX_TRIGGERS,
    };
  } catch (error) {
    const { code } = ConnectError.from(error);
    // They are a bonus: the task is described without them.
    const isHidden = code === Code.Unimplemented ||
      code === Code.PermissionDenied;
    if (!isHidden) throw error;
    return { triggers: null, more_triggers: false };
  }
}
