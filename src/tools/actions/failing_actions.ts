import { Sort_Direction } from "../../../idl/flyteidl2/common/list_pb.ts";
import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  Action,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { oneOf } from "../../client/one_of.ts";
import { findAction } from "./find_action.ts";
import type { FoundRun } from "../runs/find_run.ts";
import type { ToolContext } from "../tool.ts";

/** Failed actions that are looked at to find out where it began. */
const MAX_SEEN = 100;

/** Actions of a run that failed. */
export interface FailingActions {
  /** Those below others first, for that is where it began. */
  readonly actions: readonly ActionDetails[];
  /** More that failed. */
  readonly leftOut: number;
}

/** The actions of a run that failed or timed out, at most `limit` of them. */
export async function failingActions(
  found: FoundRun,
  context: ToolContext,
  { limit }: { limit: number },
): Promise<FailingActions> {
  const run = found.details.action?.id?.run;
  if (!run) throw new TypeError("A run without its root action");
  const actions = causesFirst(await failedOf(run, context));
  const names = actions.slice(0, limit).map(({ id }) => id?.name ?? "");
  const details = await Promise.all(
    names.map((name) => findAction(name, found, context)),
  );
  return { actions: details, leftOut: actions.length - details.length };
}

async function failedOf(
  runId: RunIdentifier,
  { clients, signal }: ToolContext,
): Promise<Action[]> {
  const phases = [ActionPhase.FAILED, ActionPhase.TIMED_OUT];
  const { actions } = await clients.runs.listActions({
    runId,
    request: {
      limit: MAX_SEEN,
      filters: [oneOf("phase", phases.map(String))],
      sortByFields: [{
        key: "created_at",
        direction: Sort_Direction.ASCENDING,
      }],
    },
  }, { signal });
  return actions;
}

/** An action fails with a child of its own, and says what the child said. */
function causesFirst(actions: readonly Action[]): Action[] {
  const above = new Set(actions.map(({ metadata }) => metadata?.parent));
  const isCause = ({ id }: Action) => !above.has(id?.name ?? "");
  return [
    ...actions.filter(isCause),
    ...actions.filter((action) => !isCause(action)).toReversed(),
  ];
}
