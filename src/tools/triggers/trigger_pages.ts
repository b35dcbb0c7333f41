import {
  Filter_Function,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Trigger } from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { onward } from "../page_place.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Which triggers are asked for. */
export interface TriggerQuestion {
  /** A task's name, or the part after its environment. */
  readonly task?: string | undefined;
  /** A trigger's whole name. */
  readonly name?: string | undefined;
  /** A part of a trigger's name, in any case. */
  readonly query?: string | undefined;
  readonly activeOnly?: boolean;
}

/** One page of triggers. */
export interface TriggerPage {
  readonly triggers: readonly Trigger[];
  /** Empty after the last page. */
  readonly token: string;
}

/** Reads a page of a project's and domain's triggers, by task and name. */
export async function readTriggers(
  question: TriggerQuestion,
  { scope, limit, token = "" }: {
    scope: Scope;
    limit: number;
    token?: string;
  },
  { clients, config, signal }: ToolContext,
): Promise<TriggerPage> {
  const { project: name, domain } = scope;
  const organization = config.org?.value ?? "";
  const direction = Sort_Direction.ASCENDING;
  const answer = await clients.triggers.listTriggers({
    scopeBy: { case: "projectId", value: { organization, name, domain } },
    request: {
      limit,
      token,
      filters: filtersOf(question),
      sortByFields: [
        { key: "task_name", direction },
        { key: "name", direction },
      ],
    },
  }, { signal });
  return {
    // Flyte takes `_` and `%` for wildcards.
    triggers: answer.triggers.filter((one) => isMeant(one, question)),
    token: onward(answer.token, token),
  };
}

function filtersOf({ task, name, query, activeOnly }: TriggerQuestion) {
  const { EQUAL, ENDS_WITH, CONTAINS_CASE_INSENSITIVE } = Filter_Function;
  const asked = [
    ["active", EQUAL, activeOnly ? "true" : undefined],
    ["task_name", task?.includes(".") ? EQUAL : ENDS_WITH, task],
    ["name", EQUAL, name],
    ["name", CONTAINS_CASE_INSENSITIVE, query],
  ] as const;
  return asked.flatMap(([field, use, value]) =>
    value === undefined ? [] : [{ field, function: use, values: [value] }]
  );
}

function isMeant(
  { id }: Trigger,
  { task, query = "" }: TriggerQuestion,
): boolean {
  const { name = "", taskName = "" } = id?.name ?? {};
  const isTask = task === undefined || taskName === task ||
    taskName.endsWith(`.${task}`);
  return isTask && name.toLowerCase().includes(query.toLowerCase());
}
