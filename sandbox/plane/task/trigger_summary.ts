import type { Store } from "../store.ts";
import type { TriggerRow } from "../trigger/triggers.ts";
import { taskRowKey } from "./tasks.ts";

/**
 * Counts the triggers of the task version that a trigger points at. Only that
 * version is looked at: one the trigger pointed at before keeps its old summary.
 */
export function refreshTriggerSummary(
  { tasks, triggers }: Store,
  { project, domain, taskName, taskVersion }: TriggerRow,
): void {
  const key = taskRowKey({
    project,
    domain,
    name: taskName,
    version: taskVersion,
  });
  const task = tasks.get(key);
  if (!task) return;
  const attached = triggers.live().filter((row) =>
    row.project === project && row.domain === domain &&
    row.taskName === taskName && row.taskVersion === taskVersion
  ).toArray();
  const [only] = attached.length === 1 ? attached : [];
  tasks.set(key, {
    ...task,
    triggerName: only?.name ?? null,
    totalTriggers: attached.length,
    activeTriggers: attached.filter((row) => row.active).length,
    triggerAutomation: only?.automationSpec,
  });
}
