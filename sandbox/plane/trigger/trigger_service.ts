import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import type {
  TriggerIdentifier,
  TriggerName,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { TriggerSpecSchema } from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import type {
  ListTriggersRequest,
  TriggerService,
} from "../../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import {
  fullPage,
  order,
  predicateOf,
  readListRequest,
} from "../list/list_request.ts";
import { by, descending, inTurn } from "../list/sorting.ts";
import type { Store } from "../store.ts";
import { refreshTriggerSummary } from "../task/trigger_summary.ts";
import {
  checkSchedule,
  deleteTrigger,
  saveTrigger,
  setActive,
} from "./changes.ts";
import { revisionItem, triggerDetails, triggerItem } from "./messages.ts";
import {
  REVISION_COLUMNS,
  TRIGGER_COLUMNS,
  type TriggerKey,
  type TriggerRevisionRow,
  type TriggerRow,
} from "./triggers.ts";

const DEFAULT_ORDER = inTurn<TriggerRow>([
  descending(by((row) => row.active)),
  descending(by((row) => row.updatedAt)),
]);

/** TriggerService over the plane's store. */
export function triggerService(
  store: Store,
): ServiceImpl<typeof TriggerService> {
  return {
    deployTrigger({ name, revision, spec, automationSpec }) {
      const key = triggerKey(name);
      checkSchedule(key.name, automationSpec);
      const given = spec ?? create(TriggerSpecSchema);
      const deployment = { ...key, spec: given, automationSpec };
      const row = saveTrigger(store, deployment, revision);
      refreshTriggerSummary(store, row);
      return { trigger: triggerDetails(row) };
    },
    getTriggerDetails: ({ name }) => ({
      trigger: triggerDetails(requireTrigger(store, triggerKey(name))),
    }),
    getTriggerRevisionDetails: ({ id }) => ({
      trigger: triggerDetails(requireRevision(store, id)),
    }),
    listTriggers: (request) => listTriggers(store, request),
    getTriggerRevisionHistory({ name, request }) {
      const query = readListRequest(request, REVISION_COLUMNS);
      // Filters and sorts are checked but not applied: newest first, always.
      const all = store.triggers.revisions(triggerKey(name));
      const { rows, token } = fullPage(all, query);
      return { triggers: rows.map(revisionItem), token };
    },
    updateTriggers({ names, active }) {
      setActive(store, names, active);
      return {};
    },
    deleteTriggers({ names }) {
      for (const name of names) {
        const row = deleteTrigger(store, name);
        if (row) refreshTriggerSummary(store, row);
      }
      return {};
    },
  };
}

/**
 * One revision of a trigger.
 *
 * @throws {ConnectError} `not_found`
 */
export function requireRevision(
  { triggers }: Store,
  id: TriggerIdentifier | undefined,
): TriggerRevisionRow {
  const key = triggerKey(id?.name);
  const revision = Number(id?.revision ?? 0n);
  const row = triggers.revisions(key).find((one) => one.revision === revision);
  if (row) return row;
  throw missing(`trigger revision not found: ${pathOf(key)}@${revision}`);
}

/** The key of a trigger; what is not said is empty. */
export function triggerKey(name: TriggerName | undefined): TriggerKey {
  const { project = "", domain = "", taskName = "" } = name ?? {};
  return { project, domain, taskName, name: name?.name ?? "" };
}

/**
 * The trigger of that name.
 *
 * @throws {ConnectError} `not_found` when there is none, or it was deleted
 */
export function requireTrigger(
  { triggers }: Store,
  key: TriggerKey,
): TriggerRow {
  const row = triggers.get(key);
  if (row) return row;
  throw missing(`trigger not found: ${pathOf(key)}`);
}

function missing(what: string): ConnectError {
  return new ConnectError(`${what}: sql: no rows in result set`, Code.NotFound);
}

function pathOf({ project, domain, taskName, name }: TriggerKey): string {
  return `${project}/${domain}/${taskName}/${name}`;
}

function listTriggers(store: Store, request: ListTriggersRequest) {
  const query = readListRequest(request.request, TRIGGER_COLUMNS);
  const selection = {
    columns: TRIGGER_COLUMNS,
    doing: "failed to list triggers",
    now: store.reading(),
    defaultOrder: DEFAULT_ORDER,
  };
  const wanted = predicateOf(query, selection);
  const inScope = scopeOf(request);
  const rows = store.triggers.live()
    .filter((row) => inScope(row) && wanted(row)).toArray();
  const page = fullPage(order(rows, query, selection), query);
  return { triggers: page.rows.map(triggerItem), token: page.token };
}

function scopeOf(
  { scopeBy }: ListTriggersRequest,
): (row: TriggerRow) => boolean {
  switch (scopeBy.case) {
    case "projectId": {
      const { name, domain } = scopeBy.value;
      return (row) => row.project === name && row.domain === domain;
    }
    case "taskName":
    case "taskId": {
      const { project, domain, name } = scopeBy.value;
      const version = scopeBy.case === "taskId" ? scopeBy.value.version : null;
      return (row) =>
        row.project === project && row.domain === domain &&
        row.taskName === name &&
        (version === null || row.taskVersion === version);
    }
    default:
      return () => true;
  }
}
