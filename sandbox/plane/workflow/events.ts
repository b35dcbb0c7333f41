import type { ActionEvent } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { rowKey } from "../row_key.ts";
import type { ActionKey } from "./actions.ts";

/** An event with the time it was written at. */
export interface EventRow {
  readonly event: ActionEvent;
  readonly insertedAt: Micros;
}

/** The events of all actions: what happened to their attempts. */
export class Events {
  readonly #rows = new Map<string, EventRow[]>();

  /** Writes an event; one of the same attempt, phase and version is left as it is. */
  insert(key: ActionKey, row: EventRow): void {
    const id = keyOf(key);
    const rows = this.#rows.get(id) ?? [];
    if (rows.some((old) => compareEvents(old, row) === 0)) return;
    rows.push(row);
    this.#rows.set(id, rows);
  }

  /** The first events of an action by attempt, phase and version. */
  list(key: ActionKey, limit: number): readonly ActionEvent[] {
    const rows = this.#rows.get(keyOf(key)) ?? [];
    return rows.toSorted(compareEvents).slice(0, limit)
      .map(({ event }) => event);
  }

  /** The events of an attempt written after a time, in the order of writing. */
  since(key: ActionKey, attempt: number, time: Micros): readonly EventRow[] {
    const rows = this.#rows.get(keyOf(key)) ?? [];
    return rows
      .filter((row) => row.event.attempt === attempt && row.insertedAt > time)
      .toSorted((a, b) => a.insertedAt - b.insertedAt || compareEvents(a, b));
  }

  /** The event of an attempt with the highest phase, then version. */
  latest(key: ActionKey, attempt: number): ActionEvent | undefined {
    const rows = this.#rows.get(keyOf(key)) ?? [];
    return rows.filter((row) => row.event.attempt === attempt)
      .toSorted(compareEvents).at(-1)?.event;
  }
}

function keyOf({ run, name }: ActionKey): string {
  return rowKey(run.project, run.domain, run.name, name);
}

function compareEvents({ event: a }: EventRow, { event: b }: EventRow): number {
  return a.attempt - b.attempt || a.phase - b.phase || a.version - b.version;
}
