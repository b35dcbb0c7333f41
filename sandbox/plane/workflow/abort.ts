import { Code, ConnectError } from "@connectrpc/connect";
import type { Store } from "../store.ts";
import type { ActionKey, RunKey } from "./actions.ts";
import { aborted } from "./state_changes.ts";
import { requireRun } from "./details.ts";

/** What an abort says when nobody gave a reason. */
export const DEFAULT_REASON = "User requested abort";

/**
 * Marks the root action of a run as aborted, even if it is over.
 *
 * @throws {ConnectError} `not_found`
 */
export function abortRun(store: Store, run: RunKey, reason: string): ActionKey {
  const root = requireRun(store, run);
  store.actions.set(aborted(root, reason, store.reading()));
  store.notifications.runChanged(root.run);
  store.notifications.actionChanged(root);
  return root;
}

/**
 * Marks one action as aborted, even if it is over. Watchers of runs do not hear
 * of it, even if it is a root.
 *
 * @throws {ConnectError} `not_found`
 */
export function abortAction(
  store: Store,
  key: ActionKey,
  reason: string,
): ActionKey {
  const row = store.actions.get(key);
  if (!row) {
    throw new ConnectError(`action not found: ${key.name}`, Code.NotFound);
  }
  store.actions.set(aborted(row, reason, store.reading()));
  store.notifications.actionChanged(row);
  return row;
}
