import type {
  ListTasksRequest,
  ListVersionsRequest,
} from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { toTimestamp } from "../clock.ts";
import {
  fullPage,
  order,
  predicateOf,
  readListRequest,
} from "../list/list_request.ts";
import { by, descending } from "../list/sorting.ts";
import { rowKey } from "../row_key.ts";
import type { Store } from "../store.ts";
import { taskItem } from "./messages.ts";
import { TASK_COLUMNS, type TaskRow, VERSION_COLUMNS } from "./tasks.ts";

const NEWEST_FIRST = descending<TaskRow>(by((row) => row.createdAt));

/** One row a task: the newest of its versions that the filters leave. */
export function listTasks(store: Store, request: ListTasksRequest) {
  const query = readListRequest(request.request, TASK_COLUMNS);
  const selection = {
    columns: TASK_COLUMNS,
    doing: "failed to list tasks",
    now: store.reading(),
    defaultOrder: NEWEST_FIRST,
  };
  const wanted = predicateOf(query, selection);
  const { scopeBy } = request;
  const scope = scopeBy.case === "projectId" ? scopeBy.value : undefined;
  const inScope = store.tasks.values().filter((row) =>
    !scope || (row.project === scope.name && row.domain === scope.domain)
  ).toArray();
  const known = deployers(request);
  const found = newest(
    inScope.filter((row) => known.every((by) => by === "") && wanted(row)),
  );
  const page = fullPage(order(found, query, selection), query);
  // The numbers come with the rows: a page without any says 0 and 0.
  const totals = page.rows.length === 0 ? {} : {
    total: newest(inScope).length,
    filteredTotal: found.length,
  };
  return {
    tasks: page.rows.map(taskItem),
    token: page.token,
    metadata: totals,
  };
}

/** Who the tasks are to be deployed by; no task says who it was. */
function deployers({ knownFilters }: ListTasksRequest): string[] {
  return knownFilters.flatMap(({ filterBy }) =>
    filterBy.case === "deployedBy" ? [filterBy.value] : []
  );
}

function newest(rows: readonly TaskRow[]): TaskRow[] {
  const found = new Map<string, TaskRow>();
  for (const row of rows) {
    const key = rowKey(row.project, row.domain, row.name);
    const best = found.get(key);
    if (!best || row.createdAt > best.createdAt) found.set(key, row);
  }
  return [...found.values()];
}

/** The versions of a task. */
export function listVersions(store: Store, request: ListVersionsRequest) {
  const query = readListRequest(request.request, VERSION_COLUMNS);
  const selection = {
    columns: VERSION_COLUMNS,
    doing: "failed to list versions",
    now: store.reading(),
    defaultOrder: NEWEST_FIRST,
  };
  const wanted = predicateOf(query, selection);
  const { project = "", domain = "", name = "" } = request.taskName ?? {};
  const rows = store.tasks.values().filter((row) =>
    row.project === project && row.domain === domain && row.name === name &&
    wanted(row)
  ).toArray();
  const page = fullPage(order(rows, query, selection), query);
  const versions = page.rows.map(({ version, createdAt }) => ({
    version,
    deployedAt: toTimestamp(createdAt),
  }));
  return { versions, token: page.token };
}
