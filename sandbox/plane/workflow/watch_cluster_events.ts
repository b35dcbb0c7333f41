import { create } from "@bufbuild/protobuf";
import {
  type WatchClusterEventsResponse,
  WatchClusterEventsResponseSchema,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey } from "./actions.ts";
import { requireAction } from "./details.ts";
import type { EventRow } from "./events.ts";
import { isTerminal } from "./phases.ts";
import { nextRow } from "./watch.ts";

/** How many events are read at a time. */
const BATCH = 500;

/** The cluster events of an attempt as they come in, until it or its action is over. */
export async function* watchClusterEvents(
  store: Store,
  { key, attempt }: { key: ActionKey; attempt: number },
  signal: AbortSignal,
): AsyncGenerator<WatchClusterEventsResponse> {
  using changes = store.notifications.watchActions(key.run);
  let row: { phase: number } | undefined = requireAction(store, key);
  let seen = 0;
  while (row) {
    const rows = store.events.since(key, attempt, seen);
    for (let at = 0; at < rows.length; at += BATCH) {
      const clusterEvents = rows.slice(at, at + BATCH)
        .flatMap(({ event }) => event.clusterEvents);
      if (clusterEvents.length === 0) continue;
      yield create(WatchClusterEventsResponseSchema, { clusterEvents });
    }
    seen = Math.max(seen, rows.at(-1)?.insertedAt ?? 0);
    if (isTerminal(row.phase) || rows.some(isLast)) return;
    row = await nextRow(store, key, { changes, signal });
  }
}

function isLast({ event }: EventRow): boolean {
  return isTerminal(event.phase);
}
