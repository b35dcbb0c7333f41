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
  readonly #untold = new Map<string, () => readonly EventRow[]>();

  /** Takes events of an action that are made when somebody asks for them. */
  insertLazily(key: ActionKey, tell: () => readonly EventRow[]): void {
    this.#untold.set(keyOf(key), tell);
  }

  /** Writes an event; one of the same attempt, phase and version is left as it is. */
  insert(key: ActionKey, row: EventRow): void {
    const rows = this.#rowsOf(key);
    if (rows.some((old) => compareEvents(old, row) === 0)) return;
    rows.push(row);
  }

  /** The first events of an action by attempt, phase and version. */
  list(key: ActionKey, limit: number): readonly ActionEvent[] {
    const rows = this.#rowsOf(key);
    return rows.toSorted(compareEvents).slice(0, limit)
      .map(({ event }) => event);
  }

  /** The events of an attempt written after a time, in the order of writing. */
  since(key: ActionKey, attempt: number, time: Micros): readonly EventRow[] {
    const rows = this.#rowsOf(key);
    return rows
      .filter((row) => row.event.attempt === attempt && row.insertedAt > time)
      .toSorted((a, b) => a.insertedAt - b.insertedAt || compareEvents(a, b));
  }

  /** The event of an attempt with the highest phase, then version. */
  latest(key: ActionKey, attempt: number): ActionEvent | undefined {
    const rows = this.#rowsOf(key);
    return rows.filter((row) => row.event.attempt === attempt)
      .toSorted(compareEvents).at(-1)?.event;
  }

  #rowsOf(key: ActionKey): EventRow[] {
    const id = keyOf(key);
    const known = this.#rows.get(id);
    if (known) return known;
    const rows = [...this.#untold.get(id)?.() ?? []];
    this.#untold.delete(id);
    this.#rows.set(id, rows);
    return rows;
  }
}

function keyOf({ run, name }: ActionKey): string {
  return rowKey(run.project, run.domain, run.name, name);
}

function compareEvents({ event: a }: EventRow, { event: b }: EventRow): number {
  return a.attempt - b.attempt || a.phase - b.phase || a.version - b.version;
}
