import type {
  ListActionsRequest,
  ListRunsRequest,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { ListRequest } from "../../../idl/flyteidl2/common/list_pb.ts";
import {
  exactPage,
  order,
  predicateOf,
  readListRequest,
} from "../list/list_request.ts";
import type { Predicate } from "../list/filters.ts";
import type { Store } from "../store.ts";
import { ACTION_COLUMNS, DEFAULT_ORDER, TIE_BREAK } from "./action_columns.ts";
import type { ActionRow } from "./actions.ts";
import { bareAction, runMessage } from "./messages.ts";

/** A page of runs. */
export function listRuns(store: Store, request: ListRunsRequest) {
  const inScope = scopeOf(request);
  const rows = store.actions.roots().filter((row) =>
    inScope(row) &&
    (!request.pausedActionsOnly || store.actions.hasPaused(row.run))
  );
  const page = listRows(store, rows, request.request);
  return { runs: page.rows.map(runMessage), token: page.token };
}

/** A page of the actions of a run; an unknown run has none. */
export function listActions(store: Store, request: ListActionsRequest) {
  const { project = "", domain = "", name = "" } = request.runId ?? {};
  const rows = store.actions.ofRun({ project, domain, name });
  const page = listRows(store, rows, request.request);
  return { actions: page.rows.map(bareAction), token: page.token };
}

function listRows(
  store: Store,
  rows: IteratorObject<ActionRow>,
  request: ListRequest | undefined,
): { rows: ActionRow[]; token: string } {
  const query = readListRequest(request, ACTION_COLUMNS);
  const selection = {
    columns: ACTION_COLUMNS,
    doing: "failed to list actions",
    now: store.reading(),
    defaultOrder: DEFAULT_ORDER,
    tieBreak: TIE_BREAK,
  };
  const wanted = predicateOf(query, selection);
  const found = rows.filter(wanted).toArray();
  return exactPage(order(found, query, selection), query);
}

function scopeOf({ scopeBy }: ListRunsRequest): Predicate<ActionRow> {
  switch (scopeBy.case) {
    case "projectId": {
      const { name, domain } = scopeBy.value;
      return ({ run }) => run.project === name && run.domain === domain;
    }
    case "triggerName": {
      const { project, domain, taskName, name } = scopeBy.value;
      return (row) =>
        row.run.project === project && row.run.domain === domain &&
        row.triggerTaskName === taskName && row.triggerName === name;
    }
    case "taskName":
    case "taskId": {
      const { project, domain, name } = scopeBy.value;
      const version = scopeBy.case === "taskId" ? scopeBy.value.version : null;
      return (row) =>
        row.taskProject === project && row.taskDomain === domain &&
        row.taskName === name &&
        (version === null || row.taskVersion === version);
    }
    default:
      return () => true;
  }
}
