import { create } from "@bufbuild/protobuf";
import type { Filter } from "../../../idl/flyteidl2/common/list_pb.ts";
import {
  type EnrichedAction,
  EnrichedActionSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type WatchActionsResponse,
  WatchActionsResponseSchema,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Store } from "../store.ts";
import { SNAPSHOT_ORDER } from "./action_columns.ts";
import type { RunKey } from "./actions.ts";
import { actionStatus, enrichedMetadata } from "./messages.ts";
import { type NodeUpdate, RunTree } from "./run_tree.ts";

/** How many actions of the snapshot are read at a time. */
const BATCH = 1_000;

/**
 * All actions of a run, then those that change, without end. An unknown run,
 * and filters that nothing meets, send nothing at all.
 */
export async function* watchActions(
  { actions, notifications }: Store,
  run: RunKey,
  { filter, signal }: { filter: readonly Filter[]; signal: AbortSignal },
): AsyncGenerator<WatchActionsResponse> {
  using changes = notifications.watchActions(run);
  const tree = new RunTree(filter);
  const snapshot = actions.ofRun(run).toArray().sort(SNAPSHOT_ORDER);
  for (let at = 0; at < snapshot.length; at += BATCH) {
    const updates = tree.upsert(snapshot.slice(at, at + BATCH));
    if (updates.length > 0) yield response(updates);
  }
  while (true) {
    const name = await changes.take(signal);
    if (name === undefined) return;
    const row = actions.get({ run, name });
    const updates = row ? tree.upsert([row]) : [];
    if (updates.length > 0) yield response(updates);
  }
}

function response(updates: readonly NodeUpdate[]): WatchActionsResponse {
  const enrichedActions = updates.map(enriched);
  return create(WatchActionsResponseSchema, { enrichedActions });
}

function enriched({ node, meetsFilter }: NodeUpdate): EnrichedAction {
  const { row, phaseCounts } = node;
  return create(EnrichedActionSchema, {
    action: {
      id: { run: { ...row.run }, name: row.name },
      metadata: enrichedMetadata(row),
      status: actionStatus(row, { zeroDuration: false }),
    },
    meetsFilter,
    childrenPhaseCounts: Object.fromEntries(phaseCounts),
  });
}
