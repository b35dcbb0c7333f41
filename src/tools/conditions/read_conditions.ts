import {
  Filter_Function,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type {
  ActionIdentifier,
  RunIdentifier,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  ActionType,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { conditionOf } from "./condition_description.ts";
import { forEachOf } from "../parts.ts";
import type { ToolContext } from "../tool.ts";

/** Some conditions of a run, the oldest first: new ones come at the end. */
export interface ConditionIds {
  readonly ids: readonly ActionIdentifier[];
  /** Where Flyte goes on; empty at the end. */
  readonly token: string;
}

/** Names the conditions of a run. */
export async function listConditionIds(
  run: RunIdentifier,
  { waitingOnly, limit, token = "" }: {
    waitingOnly: boolean;
    limit: number;
    token?: string;
  },
  { clients, signal }: ToolContext,
): Promise<ConditionIds> {
  const page = await clients.runs.listActions({
    runId: run,
    request: {
      limit,
      token,
      // Nothing but a condition pauses.
      filters: [
        waitingOnly
          ? equal("phase", ActionPhase.PAUSED)
          : equal("action_type", ActionType.CONDITION),
      ],
      sortByFields: [
        { key: "created_at", direction: Sort_Direction.ASCENDING },
      ],
    },
  }, { signal });
  const ids = page.actions.flatMap(({ id }) => id ? [{ ...id, run }] : []);
  return { ids, token: page.token };
}

function equal(field: string, value: number) {
  return { function: Filter_Function.EQUAL, field, values: [String(value)] };
}

/** The conditions of these names, a few at once; those that are gone are left out. */
export async function readConditions(
  ids: readonly ActionIdentifier[],
  context: ToolContext,
): Promise<ActionDetails[]> {
  const all = await forEachOf(ids, (id) => readCondition(id, context));
  return all.filter((one) => one !== null);
}

async function readCondition(
  actionId: ActionIdentifier,
  { clients, signal }: ToolContext,
): Promise<ActionDetails | null> {
  try {
    const { details } = await clients.runs.getActionDetails({ actionId }, {
      signal,
    });
    return details && conditionOf(details) ? details : null;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return null;
    throw error;
  }
}
