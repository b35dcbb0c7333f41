import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { nameOf } from "../../text.ts";
import { roomBeside } from "../budget.ts";
import { describeCondition } from "./condition_description.ts";
import type { Elsewhere } from "../runs/run_absence.ts";
import { consoleUrl, placesOf } from "../run_reference.ts";
import { EVERY, type Scope, type ScopeArguments, showScope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** What is asked about conditions. */
export interface ConditionQuestion extends ScopeArguments {
  readonly waiting_only: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of conditions for a reader. */
export interface ConditionPage {
  readonly scope: Scope;
  /** Whose they are, for a sentence. */
  readonly whose: string;
  readonly conditions: readonly ConditionRow[];
  /** `null`: this was the last page. */
  readonly cursor: string | null;
  /** Why there are none, if there are none. */
  readonly empty: string;
  /** Runs of other domains that wait; `null`: not asked for. */
  readonly elsewhere: readonly Elsewhere[] | null;
}

/** A condition in a list. */
export type ConditionRow = ReturnType<typeof conditionRow>;

/** A condition in a list; its project and domain where the list has several. */
export function conditionRow(
  details: ActionDetails,
  { runId, scope, context }: {
    runId: RunIdentifier | undefined;
    scope: Scope;
    context: ToolContext;
  },
) {
  const { project = "", domain = "", name = "" } = runId ?? {};
  return {
    ...scope.project === EVERY && { project: nameOf(project) },
    ...scope.domain === EVERY && { domain: nameOf(domain) },
    ...describeCondition(details, { now: context.clock.now() }),
    url: consoleUrl(
      { project, domain, name, action: details.id?.name ?? "" },
      placesOf(context),
    ),
  };
}

/** Bytes for the conditions of a page. */
export function roomForConditions(
  scope: Scope,
  { maxResultBytes }: ToolContext,
): number {
  return roomBeside({ scope: showScope(scope) }, maxResultBytes);
}
