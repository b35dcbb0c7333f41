import { clone, create } from "@bufbuild/protobuf";
import {
  type Trigger,
  type TriggerDetails,
  TriggerDetailsSchema,
  type TriggerRevision,
  TriggerRevisionSchema,
  TriggerSchema,
  TriggerSpecSchema,
  type TriggerStatus,
  TriggerStatusSchema,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import {
  type TriggerIdentifier,
  TriggerIdentifierSchema,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { type Micros, toTimestamp } from "../clock.ts";
import type { TriggerRevisionRow, TriggerRow } from "./triggers.ts";

/** A trigger, or one of its revisions, with all there is to know. */
export function triggerDetails(row: TriggerRow): TriggerDetails {
  // The columns of a row win over what its spec said when it was deployed.
  const spec = clone(TriggerSpecSchema, row.spec);
  spec.active = row.active;
  spec.taskVersion = row.taskVersion;
  return create(TriggerDetailsSchema, {
    id: identifier(row),
    spec,
    status: status(row, row.deletedAt),
    automationSpec: row.automationSpec,
  });
}

/** A trigger as a list shows it. */
export function triggerItem(row: TriggerRow): Trigger {
  const { active, automationSpec } = row;
  const id = identifier(row);
  return create(TriggerSchema, {
    id,
    status: status(row),
    active,
    automationSpec,
  });
}

/** A revision as the history shows it. */
export function revisionItem(row: TriggerRevisionRow): TriggerRevision {
  const written = Math.max(row.deployedAt, row.updatedAt, row.deletedAt ?? 0);
  return create(TriggerRevisionSchema, {
    id: identifier(row),
    status: status(row, row.deletedAt),
    action: row.action,
    createdAt: toTimestamp(written),
  });
}

function identifier(
  { project, domain, taskName, name, revision }: TriggerRow,
): TriggerIdentifier {
  return create(TriggerIdentifierSchema, {
    name: { project, domain, taskName, name },
    revision: BigInt(revision),
  });
}

function status(
  { deployedAt, updatedAt, triggeredAt }: TriggerRow,
  deletedAt: Micros | null = null,
): TriggerStatus {
  const optional = (time: Micros | null) =>
    time === null ? undefined : toTimestamp(time);
  return create(TriggerStatusSchema, {
    deployedAt: toTimestamp(deployedAt),
    updatedAt: toTimestamp(updatedAt),
    triggeredAt: optional(triggeredAt),
    deletedAt: optional(deletedAt),
  });
}
