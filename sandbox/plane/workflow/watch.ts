import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import {
  type WatchActionDetailsResponse,
  WatchActionDetailsResponseSchema,
  type WatchGroupsRequest,
  type WatchGroupsResponse,
  WatchGroupsResponseSchema,
  type WatchRunDetailsResponse,
  WatchRunDetailsResponseSchema,
  type WatchRunsRequest,
  type WatchRunsResponse,
  WatchRunsResponseSchema,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Mailbox } from "../mailbox.ts";
import type { Store } from "../store.ts";
import { DEFAULT_ORDER } from "./action_columns.ts";
import type { ActionKey, ActionRow, RunKey } from "./actions.ts";
import { lastIsTerminal } from "./attempts.ts";
import { actionDetails, requireAction, requireRun } from "./details.ts";
import { runMessage } from "./messages.ts";
import { taskGroups } from "./task_groups.ts";

/** How many runs WatchRuns begins with. */
const FIRST_RUNS = 101;
const GROUPS_EVERY_MS = 5_000;

/** The real service's stub: an empty message at first and for each change, without end. */
export async function* watchRunDetails(
  store: Store,
  run: RunKey,
  signal: AbortSignal,
): AsyncGenerator<WatchRunDetailsResponse> {
  using changes = store.notifications.watchRuns();
  requireRun(store, run);
  yield create(WatchRunDetailsResponseSchema, { details: {} });
  while (true) {
    const changed = await changes.take(signal);
    if (changed === undefined) return;
    if (!isRun(changed, run)) continue;
    yield create(WatchRunDetailsResponseSchema, { details: {} });
  }
}

function isRun(a: RunKey, b: RunKey): boolean {
  return a.project === b.project && a.domain === b.domain && a.name === b.name;
}

/**
 * The details of an action now and at every change. It ends with the event that
 * ends the last attempt, not with the status: what has no events never ends.
 */
export async function* watchActionDetails(
  store: Store,
  { key, id }: { key: ActionKey; id: ActionIdentifier },
  signal: AbortSignal,
): AsyncGenerator<WatchActionDetailsResponse> {
  using changes = store.notifications.watchActions(key.run);
  let row = firstRow(store, key);
  while (true) {
    const details = actionDetails(store, row, id);
    yield create(WatchActionDetailsResponseSchema, { details });
    if (lastIsTerminal(details.attempts)) return;
    const next = await nextRow(store, key, { changes, signal });
    if (!next) return;
    row = next;
  }
}

function firstRow(store: Store, key: ActionKey): ActionRow {
  try {
    return requireAction(store, key);
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw new ConnectError(
      `failed to get action details: not_found: ${rawMessage}`,
      Code.NotFound,
    );
  }
}

/** The row of an action after it has changed, or `undefined` at the end. */
export async function nextRow(
  { actions }: Store,
  key: ActionKey,
  { changes, signal }: { changes: Mailbox<string>; signal: AbortSignal },
): Promise<ActionRow | undefined> {
  while (true) {
    const name = await changes.take(signal);
    if (name === undefined) return undefined;
    const row = name === key.name ? actions.get(key) : undefined;
    if (row) return row;
  }
}

/**
 * The runs of a project, then each run whose root moves, without end. Of the
 * targets only a project counts; without runs nothing is sent at first.
 */
export async function* watchRuns(
  { actions, notifications }: Store,
  { target }: WatchRunsRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchRunsResponse> {
  using changes = notifications.watchRuns();
  const project = target.case === "projectId" ? target.value : undefined;
  const wanted = (run: RunKey) =>
    !project ||
    (run.project === project.name && run.domain === project.domain);
  const first = actions.roots().filter((row) => wanted(row.run)).toArray()
    .sort(DEFAULT_ORDER).slice(0, FIRST_RUNS);
  if (first.length > 0) {
    yield create(WatchRunsResponseSchema, { runs: first.map(runMessage) });
  }
  while (true) {
    const run = await changes.take(signal);
    if (run === undefined) return;
    const row = wanted(run) ? actions.root(run) : undefined;
    if (row) yield create(WatchRunsResponseSchema, { runs: [runMessage(row)] });
  }
}

/** All groups, again every five seconds; only once where an end date is given. */
export async function* watchGroups(
  store: Store,
  request: WatchGroupsRequest,
  { sleep, signal }: {
    sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    signal: AbortSignal;
  },
): AsyncGenerator<WatchGroupsResponse> {
  for (let first = true;; first = false) {
    const groups = taskGroups(store, request);
    if (first || groups.length > 0) {
      yield create(WatchGroupsResponseSchema, {
        taskGroups: groups,
        sentinel: true,
      });
    }
    if (request.endDate) return;
    try {
      await sleep(GROUPS_EVERY_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}
