import type { RecordActionRequest } from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import type {
  ActionEvent,
  ActionStatus,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey } from "./actions.ts";
import { recordAction } from "./record.ts";
import { withStatus } from "./state_changes.ts";

/** What executors report of an action, in short. */
export interface ToldAction {
  readonly id: ActionKey;
  readonly recorded: Pick<
    RecordActionRequest,
    "parent" | "group" | "inputUri" | "spec"
  >;
  readonly status: ActionStatus;
  /** Called when somebody asks what happened to its attempts. */
  readonly events: () => readonly ActionEvent[];
}

/**
 * Takes in a great many actions, past the wire, which would take a minute for
 * ten thousand. They end up as if they had been reported one by one.
 */
export function tellActions(store: Store, told: Iterable<ToldAction>): void {
  for (const action of told) tellAction(store, action);
}

function tellAction(
  store: Store,
  { id, recorded, status, events }: ToldAction,
): void {
  recordAction(store, id, recorded);
  const row = store.actions.get(id);
  const insertedAt = store.reading();
  const next = row && withStatus(row, status, insertedAt);
  if (next) store.actions.set(next);
  store.events.insertLazily(
    id,
    () => events().map((event) => ({ event, insertedAt })),
  );
}
