import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type TriggerAutomationSpec,
  TriggerAutomationSpecSchema,
  TriggerAutomationSpecType,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import {
  TriggerRevisionAction,
  type TriggerSpec,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { invalidArgument } from "../list/sql_error.ts";
import type { Store } from "../store.ts";
import { refreshTriggerSummary } from "../task/trigger_summary.ts";
import { cronProblem, type CronText } from "./cron.ts";
import type { TriggerKey, TriggerRow } from "./triggers.ts";

/** A trigger as a client deploys it. */
export interface TriggerDeployment extends TriggerKey {
  readonly spec: TriggerSpec;
  readonly automationSpec: TriggerAutomationSpec | undefined;
}

/**
 * Refuses a schedule that does not parse.
 *
 * @throws {ConnectError} `invalid_argument` with the reason
 */
export function checkSchedule(
  name: string,
  automation: TriggerAutomationSpec | undefined,
): void {
  const cron = cronOf(automation);
  const problem = cron && cronProblem(cron);
  if (!cron || problem === undefined) return;
  const zone = cron.timezone && `CRON_TZ=${cron.timezone} `;
  throw invalidArgument(
    `trigger "${name}" has invalid cron expression: invalid cron expression "${zone}${cron.expression}": ${problem}`,
  );
}

function cronOf(
  automation: TriggerAutomationSpec | undefined,
): CronText | undefined {
  if (automation?.automation.case !== "schedule") return undefined;
  const { expression } = automation.automation.value;
  switch (expression.case) {
    case "cron":
      return expression.value;
    case "cronExpression":
      return { expression: expression.value, timezone: "" };
    default:
      return undefined;
  }
}

/**
 * Creates a trigger or replaces it; a deleted one is revived.
 *
 * @param expectedRevision the revision the client saw; 0 means any
 */
export function saveTrigger(
  { triggers, reading }: Store,
  deployment: TriggerDeployment,
  expectedRevision: bigint,
): TriggerRow {
  const old = triggers.getEvenDeleted(deployment);
  if (
    old && expectedRevision > 0n && expectedRevision !== BigInt(old.revision)
  ) {
    throw new ConnectError(
      "optimistic lock failure: trigger was modified concurrently, please fetch latest and retry",
      Code.Internal,
    );
  }
  const now = reading();
  const { project, domain, taskName, name, spec } = deployment;
  const automationSpec = typed(deployment.automationSpec);
  const row = {
    project,
    domain,
    taskName,
    name,
    revision: (old?.revision ?? 0) + 1,
    spec,
    automationSpec,
    taskVersion: spec.taskVersion,
    active: spec.active,
    automationType: `TYPE_${TriggerAutomationSpecType[automationSpec.type]}`,
    deployedAt: now,
    updatedAt: old?.active === spec.active ? old.updatedAt : now,
    triggeredAt: old?.triggeredAt ?? null,
    deletedAt: null,
  };
  triggers.save(row, TriggerRevisionAction.DEPLOY);
  return row;
}

/** The service decides the type itself: whatever has a schedule is scheduled. */
function typed(
  given: TriggerAutomationSpec | undefined,
): TriggerAutomationSpec {
  const spec = create(TriggerAutomationSpecSchema);
  if (given) spec.automation = given.automation;
  spec.type = spec.automation.case === "schedule"
    ? TriggerAutomationSpecType.TYPE_SCHEDULE
    : TriggerAutomationSpecType.TYPE_NONE;
  return spec;
}

/** Switches triggers on or off; unknown ones and those already so are passed over. */
export function setActive(
  store: Store,
  names: readonly TriggerKey[],
  active: boolean,
): void {
  for (const key of names) {
    const old = key.taskName === "" ? undefined : store.triggers.get(key);
    if (!old || old.active === active) continue;
    const row = {
      ...old,
      active,
      updatedAt: store.reading(),
      revision: old.revision + 1,
    };
    const { ACTIVATE, DEACTIVATE } = TriggerRevisionAction;
    store.triggers.save(row, active ? ACTIVATE : DEACTIVATE);
    refreshTriggerSummary(store, row);
  }
}

/** Marks a trigger as deleted, if there is one. */
export function deleteTrigger(
  { triggers, reading }: Store,
  key: TriggerKey,
): TriggerRow | undefined {
  const old = key.taskName === "" ? undefined : triggers.get(key);
  if (!old) return undefined;
  const row = {
    ...old,
    active: false,
    deletedAt: reading(),
    revision: old.revision + 1,
  };
  triggers.save(row, TriggerRevisionAction.DELETE);
  return row;
}
