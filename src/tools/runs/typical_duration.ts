import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { oneOf } from "../../client/one_of.ts";
import { readRuns } from "./run_pages.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Successes of which the middle one counts. */
const SUCCESSES = 5;

/**
 * How long the last successes of a run's task took, the middle one, in
 * milliseconds.
 *
 * @returns `null` when there is none, or Flyte does not tell
 */
export async function readTypicalDuration(
  { metadata }: ActionDetails,
  { scope, context }: { scope: Scope; context: ToolContext },
): Promise<number | null> {
  const task = metadata?.spec.case === "task"
    ? metadata.spec.value.id?.name
    : undefined;
  if (!task) return null;
  const filters = [
    oneOf("task_name", [task]),
    oneOf("phase", [String(ActionPhase.SUCCEEDED)]),
  ];
  try {
    const { runs } = await readRuns({
      scope,
      limit: SUCCESSES,
      by: "created_at",
      conditions: [{ argument: "typical_duration", filters }],
    }, context);
    const times = runs
      .flatMap(({ action }) => action?.status?.durationMs ?? [])
      .map(Number).sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)] ?? null;
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}
