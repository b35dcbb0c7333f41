import type { TriggerAutomationSpec } from "../../../idl/flyteidl2/task/common_pb.ts";
import {
  TriggerRevisionAction,
  type TriggerSpec,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { boolean, type Columns, text, timestamp } from "../list/columns.ts";
import { rowKey } from "../row_key.ts";

/** What a trigger is named by; an empty `taskName` stands for any task. */
export interface TriggerKey {
  readonly project: string;
  readonly domain: string;
  readonly taskName: string;
  readonly name: string;
}

/** The latest state of a trigger; a deleted one stays as a row. */
export interface TriggerRow extends TriggerKey {
  readonly revision: number;
  readonly spec: TriggerSpec;
  readonly automationSpec: TriggerAutomationSpec;
  readonly taskVersion: string;
  readonly active: boolean;
  /** The enum's name: `TYPE_SCHEDULE`. */
  readonly automationType: string;
  readonly deployedAt: Micros;
  readonly updatedAt: Micros;
  readonly triggeredAt: Micros | null;
  readonly deletedAt: Micros | null;
}

/** One state a trigger was in, and what brought it there. */
export interface TriggerRevisionRow extends TriggerRow {
  readonly action: TriggerRevisionAction;
}

/** The columns ListTriggers may filter and sort by. */
export const TRIGGER_COLUMNS: Columns<TriggerRow> = new Map([
  ["project", text((row) => row.project)],
  ["domain", text((row) => row.domain)],
  ["task_name", text((row) => row.taskName)],
  ["name", text((row) => row.name)],
  ["active", boolean((row) => row.active)],
  ["deployed_at", timestamp((row) => row.deployedAt)],
  ["updated_at", timestamp((row) => row.updatedAt)],
  ["task_version", text((row) => row.taskVersion)],
  ["automation_type", text((row) => row.automationType)],
]);

/** The columns GetTriggerRevisionHistory checks, although it heeds none of them. */
export const REVISION_COLUMNS: Columns<TriggerRevisionRow> = new Map([
  ["revision", text((row) => String(row.revision))],
  ["deployed_at", timestamp((row) => row.deployedAt)],
  ["updated_at", timestamp((row) => row.updatedAt)],
  ["action", text((row) => TriggerRevisionAction[row.action] ?? null)],
]);

/** The triggers of a plane and everything they ever were. */
export class Triggers {
  readonly #rows = new Map<string, TriggerRow>();
  readonly #revisions = new Map<string, TriggerRevisionRow[]>();

  /** A trigger that is not deleted. */
  get(key: TriggerKey): TriggerRow | undefined {
    if (key.taskName === "") return this.live().find(sameButTask(key));
    const row = this.#rows.get(keyOf(key));
    return row?.deletedAt === null ? row : undefined;
  }

  /** A trigger whether it is deleted or not. */
  getEvenDeleted(key: TriggerKey): TriggerRow | undefined {
    return this.#rows.get(keyOf(key));
  }

  /** All triggers that are not deleted, in the order of their creation. */
  live(): IteratorObject<TriggerRow> {
    return this.#rows.values().filter((row) => row.deletedAt === null);
  }

  /** What a trigger was, newest first. */
  revisions(key: TriggerKey): readonly TriggerRevisionRow[] {
    return (this.#revisions.get(keyOf(key)) ?? []).toReversed();
  }

  /** Writes a new state and remembers it as a revision. */
  save(row: TriggerRow, action: TriggerRevisionAction): void {
    const key = keyOf(row);
    this.#rows.set(key, row);
    const revisions = this.#revisions.get(key) ?? [];
    revisions.push({ ...row, action });
    this.#revisions.set(key, revisions);
  }

  /** Notes that a trigger started a run; that is no new revision. */
  markTriggered(key: TriggerKey, time: Micros): void {
    const row = this.get(key);
    if (row) this.#rows.set(keyOf(row), { ...row, triggeredAt: time });
  }
}

function keyOf({ project, domain, taskName, name }: TriggerKey): string {
  return rowKey(project, domain, taskName, name);
}

function sameButTask(key: TriggerKey): (row: TriggerRow) => boolean {
  return (row) =>
    row.project === key.project && row.domain === key.domain &&
    row.name === key.name;
}
