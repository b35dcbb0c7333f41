import { ActionType } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { ActionRow } from "./actions.ts";

/** The whole name of the task an action runs; empty for other actions. */
export function taskNameOf(row: ActionRow): string {
  if (row.actionType !== ActionType.TASK) return "";
  if (row.taskName !== null) return row.taskName;
  return row.spec.case === "task" ? row.spec.value.shortName : "";
}

/** What a watcher's NAME filter looks at: the task's last word, else the action's name. */
export function filterName(row: ActionRow): string {
  const name = taskNameOf(row);
  return name.slice(name.lastIndexOf(".") + 1) || row.name;
}
