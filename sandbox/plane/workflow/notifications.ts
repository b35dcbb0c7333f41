import { Mailbox } from "../mailbox.ts";
import { rowKey } from "../row_key.ts";
import {
  type ActionKey,
  type ActionRow,
  type Actions,
  ROOT_ACTION,
  type RunKey,
} from "./actions.ts";

/** Which changes nobody hears of, by what the action is after them. */
export type LostChanges = (row: ActionRow) => boolean;

/**
 * Who waits for changes, as PostgreSQL's LISTEN and NOTIFY have it: a
 * notification names what changed, and the subscriber reads the row again. A
 * subscriber hears of its own run alone, so a big run costs the others nothing.
 */
export class Notifications {
  readonly #runs = new Set<Mailbox<RunKey>>();
  readonly #actions = new Map<string, Set<Mailbox<string>>>();
  readonly #lost = new Set<LostChanges>();
  readonly #rows: Actions;

  /** @param rows what the notifications are about */
  constructor(rows: Actions) {
    this.#rows = rows;
  }

  /**
   * Loses notifications from now on, until it is disposed of, as a database
   * does whose connection breaks: watchers wait on and are told nothing.
   */
  lose(changes: LostChanges): Disposable {
    this.#lost.add(changes);
    return { [Symbol.dispose]: () => void this.#lost.delete(changes) };
  }

  /** Announces that the root action of a run moved. */
  runChanged(run: RunKey): void {
    if (this.#isLost({ run, name: ROOT_ACTION })) return;
    for (const mailbox of this.#runs) mailbox.put(run);
  }

  /** Announces that an action, or what is known of its attempts, changed. */
  actionChanged(key: ActionKey): void {
    if (this.#isLost(key)) return;
    const mailboxes = this.#actions.get(keyOf(key.run)) ?? [];
    for (const mailbox of mailboxes) mailbox.put(key.name);
  }

  #isLost(key: ActionKey): boolean {
    if (this.#lost.size === 0) return false;
    const row = this.#rows.get(key);
    return row !== undefined &&
      this.#lost.values().some((changes) => changes(row));
  }

  /** Subscribes to all runs. */
  watchRuns(): Mailbox<RunKey> {
    const mailbox: Mailbox<RunKey> = new Mailbox(
      () => this.#runs.delete(mailbox),
      { once: false },
    );
    this.#runs.add(mailbox);
    return mailbox;
  }

  /** Subscribes to the names of the actions of a run; a burst names each once. */
  watchActions(run: RunKey): Mailbox<string> {
    const key = keyOf(run);
    const mailboxes = this.#actions.get(key) ?? new Set();
    const mailbox: Mailbox<string> = new Mailbox(() => {
      mailboxes.delete(mailbox);
      if (mailboxes.size === 0) this.#actions.delete(key);
    }, { once: true });
    this.#actions.set(key, mailboxes.add(mailbox));
    return mailbox;
  }
}

function keyOf({ project, domain, name }: RunKey): string {
  return rowKey(project, domain, name);
}
